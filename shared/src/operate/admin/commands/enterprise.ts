import { readIntegrations, CRM_FACTS } from '../../../contracts/index.js';
import {
  addEnterprise,
  countUnassigned,
  editEnterprise,
  listEnterprises,
  type EnterpriseFields,
} from '../../../db/administrationEnterprises.js';
import { inTransaction } from '../../../db/pool.js';
import { options, UsageError, type Command, type Context, type Given } from '../command.js';
import {
  enterpriseOf,
  isSet,
  optional,
  orNull,
  readBotToken,
  readCountry,
  readEnterpriseNumber,
  readRecordings,
  readToken,
  readZone,
  required,
  secretText,
} from '../read.js';
import { table } from '../table.js';

const FIELDS =
  '[--bot-token <токен>|-] [--timezone Europe/Minsk] [--country BY] [--recordings-url <адрес>] [--[no-]test] [--[no-]debug-log]';
const OPTIONS = 'name token bot-token timezone country recordings-url';

/** Settings of an enterprise; an empty text takes a value away. */
function fieldsOf(context: Context, given: Given): EnterpriseFields {
  const read = <T>(name: string, reader: (text: string) => T): T | undefined => {
    const text = optional(given, name);
    return text === undefined ? undefined : reader(text);
  };
  return {
    name: optional(given, 'name'),
    name2: read('token', readToken),
    bot_token: orNull(optional(given, 'bot-token'), (text) =>
      context.secrets.seal(readBotToken(secretText(context, text))),
    ),
    timezone: read('timezone', readZone),
    country: read('country', (text) => readCountry(text.toUpperCase())),
    recordings_url: orNull(optional(given, 'recordings-url'), readRecordings),
    is_test: isSet(given, 'test'),
    debug_log: isSet(given, 'debug-log'),
  };
}

const setActive =
  (active: boolean): Command['run'] =>
  async ({ pool }, given) => {
    const { number, name } = await enterpriseOf(pool, given);
    await editEnterprise(pool, number, { active });
    const what = active ? 'включено: события принимаются' : 'выключено: его события больше не принимаются';
    return { text: `Предприятие ${number} (${name}) ${what}.`, json: { number, active } };
  };

export const enterpriseCommands: Command[] = [
  {
    name: 'enterprise add',
    summary: 'Добавить предприятие. Токен — то, чем его АТС представляется.',
    usage: `--number 0367 --name <название> --token <токен АТС> ${FIELDS}`,
    options: options(`number ${OPTIONS}`, 'test debug-log'),
    run: async (context, given) => {
      const number = readEnterpriseNumber(required(given, 'number'));
      const token = readToken(required(given, 'token'));
      required(given, 'name');
      const fields = fieldsOf(context, given);
      const waiting = await inTransaction(context.pool, async (client) => {
        await addEnterprise(client, number, fields);
        return countUnassigned(client, token);
      });
      const next = [
        ...(fields.bot_token === undefined ? ['Бота нет: enterprise edit --bot-token -.'] : []),
        ...(waiting > 0 ? [`С этим токеном уже приходили события: ${waiting}; они в unassigned_events.`] : []),
        `Дальше: npm run admin -- subscriber add --enterprise ${number} --chat <чат>`,
      ];
      return {
        text: [`Предприятие ${number} добавлено.`, ...next].join('\n'),
        json: { number, unassigned_events: waiting },
      };
    },
  },
  {
    name: 'enterprise edit',
    summary: "Изменить то, что указано; пустое значение ('') убирает.",
    usage: `--enterprise 0367 [--name …] [--token …] ${FIELDS}`,
    options: options(`enterprise ${OPTIONS}`, 'test debug-log'),
    run: async (context, given) => {
      const { number } = await enterpriseOf(context.pool, given);
      if (optional(given, 'name') === '') throw new UsageError('название не может быть пустым');
      const fields = fieldsOf(context, given);
      const changed = Object.entries(fields).filter(([, value]) => value !== undefined);
      if (changed.length === 0) throw new UsageError('не указано, что изменить');
      await editEnterprise(context.pool, number, fields);
      return {
        text: `Предприятие ${number} изменено: ${changed.length} ${changed.length === 1 ? 'поле' : 'поля'}.`,
        json: { number, changed: changed.map(([name]) => name) },
      };
    },
  },
  {
    name: 'enterprise list',
    summary: 'Все предприятия.',
    usage: '',
    options: {},
    run: async ({ pool }) => {
      const rows = (await listEnterprises(pool)).map(({ integrations_config: config, ...row }) => {
        const { enabled, problems } = readIntegrations(config);
        return { ...row, crms: enabled, broken_sections: problems.map(({ section }) => section) };
      });
      const text = table(
        ['Номер', 'Название', 'Работает', 'Тест', 'Подписчики', 'CRM', 'Последнее событие'],
        rows.map((row) => [
          row.number,
          row.name,
          row.active ? 'да' : 'нет',
          row.is_test ? 'да' : '',
          String(row.subscribers),
          [
            ...row.crms.map((crm) => CRM_FACTS[crm].title),
            ...row.broken_sections.map((name) => `${name}: ошибка в настройках`),
          ].join(', ') || '—',
          row.last_event_at?.toISOString().slice(0, 19).replace('T', ' ') ?? '—',
        ]),
      );
      return { text: rows.length === 0 ? 'Предприятий нет.' : `${text}\nВремя событий — UTC.`, json: rows };
    },
  },
  {
    name: 'enterprise disable',
    summary: 'Выключить предприятие: события не принимаются, всё сохранённое остаётся.',
    usage: '--enterprise 0367',
    options: options('enterprise'),
    run: setActive(false),
  },
  {
    name: 'enterprise enable',
    summary: 'Включить снова.',
    usage: '--enterprise 0367',
    options: options('enterprise'),
    run: setActive(true),
  },
];

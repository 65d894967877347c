import { readFileSync } from 'node:fs';
import { CRM_FACTS, CRMS, masked, objectOf, readIntegrations, type Crm } from '../../../contracts/index.js';
import { lockSettings, putSection, repairSettings } from '../../../db/administrationIntegrations.js';
import { inTransaction } from '../../../db/pool.js';
import { OperatorError } from '../../../runtime/operatorError.js';
import { openWhatOpens } from '../../../runtime/secrets/sections.js';
import { testIntegration } from '../adapterTest.js';
import { assign } from '../assignments.js';
import { options, UsageError, type Command, type Given } from '../command.js';
import { enterpriseOf, optional, readCrm, required, secretText } from '../read.js';
import { saveSection } from '../saveSection.js';

const OPTIONS = options('enterprise crm');
const USAGE = '--enterprise 0367 --crm retailcrm|ms|uon|bitrix24';

const crmOf = (given: Given): Crm => readCrm(required(given, 'crm'));

const again = (revived: number): string => (revived > 0 ? ` Ждавшие звонки уйдут ещё раз: ${revived}.` : '');

function readFile(file: string): Record<string, unknown> {
  try {
    const fields = objectOf(JSON.parse(readFileSync(file, 'utf8')));
    if (fields !== undefined) return fields;
  } catch (error) {
    throw new OperatorError(`${file}: не читается (${error instanceof Error ? error.message.slice(0, 60) : ''}).`);
  }
  throw new OperatorError(`${file}: нужен объект JSON с настройками CRM.`);
}

const setEnabled =
  (enabled: boolean): Command['run'] =>
  async (context, given) => {
    const { number } = await enterpriseOf(context.pool, given);
    const crm = crmOf(given);
    const { title } = CRM_FACTS[crm];
    const { revived } = await saveSection(context, number, crm, (section) => {
      if (section === undefined) throw new OperatorError(`Настроек ${title} нет. Введите их: integration set.`);
      return { ...section, enabled };
    });
    return {
      text: `${title} для предприятия ${number} ${enabled ? 'включена' : 'выключена'}.${again(enabled ? revived : 0)}`,
      json: { enterprise: number, crm, enabled },
    };
  };

export const integrationCommands: Command[] = [
  {
    name: 'integration set',
    summary:
      'Настроить CRM; чего не назвали, то остаётся. user_extensions.11=150 меняет одну строку таблицы менеджеров.',
    usage: `${USAGE} ключ=значение … | --file config.json (api_key=- — со стандартного ввода)`,
    options: options('enterprise crm file'),
    run: async (context, given) => {
      const { number } = await enterpriseOf(context.pool, given);
      const crm = crmOf(given);
      const { title, section: name } = CRM_FACTS[crm];
      const file = optional(given, 'file');
      const fields = file === undefined ? {} : readFile(file);
      if (given.words.length === 0 && file === undefined) throw new UsageError('не указано, что настроить');
      const { section, revived } = await saveSection(context, number, crm, (stored = {}) =>
        assign({ ...stored, ...fields }, given.words, (text) => secretText(context, text)),
      );
      const isOn = readIntegrations({ [name]: section }).enabled.includes(crm);
      const next = isOn
        ? `Проверить: npm run admin -- integration test --enterprise ${number} --crm ${name}`
        : `Она выключена. Включить: npm run admin -- integration enable --enterprise ${number} --crm ${name}`;
      return {
        text: `Настройки ${title} сохранены.${again(revived)}\n${next}`,
        json: { enterprise: number, crm, config: masked(name, section) },
      };
    },
  },
  { name: 'integration enable', summary: 'Включить CRM.', usage: USAGE, options: OPTIONS, run: setEnabled(true) },
  {
    name: 'integration disable',
    summary: 'Выключить CRM; настройки остаются.',
    usage: USAGE,
    options: OPTIONS,
    run: setEnabled(false),
  },
  {
    name: 'integration show',
    summary: 'Настройки CRM предприятия; ключи и токены скрыты.',
    usage: '--enterprise 0367',
    options: options('enterprise'),
    run: async ({ pool, secrets }, given) => {
      const { number } = await enterpriseOf(pool, given);
      const config = await inTransaction(pool, (client) => lockSettings(client, number));
      const { problems, primary } = readIntegrations(config);
      const sections = Object.fromEntries(
        Object.entries(objectOf(config) ?? {}).map(([name, value]) => [
          name,
          masked(name, openWhatOpens(secrets, name, value)),
        ]),
      );
      return {
        text: [
          JSON.stringify(sections, null, 2),
          ...problems.map(({ section, problem }) => `Раздел «${section}» не читается: ${problem}.`),
          `Имена клиентов спрашиваются у: ${primary === null ? '—' : CRM_FACTS[primary].title}.`,
        ].join('\n'),
        json: { enterprise: number, integrations: sections, problems, primary },
      };
    },
  },
  {
    name: 'integration primary',
    summary: 'У какой CRM спрашивать имена клиентов.',
    usage: USAGE,
    options: OPTIONS,
    run: async ({ pool }, given) => {
      const { number } = await enterpriseOf(pool, given);
      const crm = crmOf(given);
      const { title, section } = CRM_FACTS[crm];
      const isOn = await inTransaction(pool, async (client) => {
        const config = objectOf(await lockSettings(client, number)) ?? {};
        await repairSettings(client, number, config);
        await putSection(client, number, 'smart', { ...objectOf(config['smart']), primary: section });
        return readIntegrations(config).enabled.includes(crm);
      });
      return {
        text: `Имена клиентов спрашиваются у ${title}.${isOn ? '' : ' Но она выключена: integration enable.'}`,
        json: { enterprise: number, primary: crm, enabled: isOn },
      };
    },
  },
  {
    name: 'integration test',
    summary: 'Проверить подключение к CRM с сохранёнными настройками; в CRM ничего не меняется.',
    usage: '--enterprise 0367 [--crm …]',
    options: OPTIONS,
    run: async ({ pool, config }, given) => {
      const { number } = await enterpriseOf(pool, given);
      const one = optional(given, 'crm');
      const settings = await inTransaction(pool, (client) => lockSettings(client, number));
      const there = CRMS.filter((crm) => objectOf(objectOf(settings)?.[CRM_FACTS[crm].section]) !== undefined);
      const crms = one === undefined ? there : [readCrm(one)];
      if (crms.length === 0) throw new OperatorError(`У предприятия ${number} нет настроек CRM: integration set.`);
      const found = await Promise.all(
        crms.map(async (crm) => ({ crm, checks: await testIntegration(config, { enterprise: number, crm }) })),
      );
      const lines = found.flatMap(({ crm, checks }) => [
        `${CRM_FACTS[crm].title}:`,
        ...checks.map(
          ({ ok, name, detail, advice }) =>
            `  ${ok ? '✓' : '✗'} ${name}: ${detail}${advice === undefined ? '' : `\n      → ${advice}`}`,
        ),
      ]);
      const ok = found.every(({ checks }) => checks.every((check) => check.ok));
      return { text: lines.join('\n'), json: { enterprise: number, ok, tested: found }, ok };
    },
  },
];

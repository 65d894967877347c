import {
  deadDeliveries,
  failedEvents,
  silentEnterprises,
  stuckDeliveries,
  unassignedTokens,
  unprocessedEvents,
} from '../../../../db/administrationHealth.js';
import { bad, moment, ok, orWell, warn, type Check } from '../check.js';

/** What died or is stuck may name an address; the rest is in the database. */
const brief = (error: string | null): string => (error === null ? '' : `; последняя ошибка: ${error.slice(0, 120)}`);

export const eventChecks: Check[] = [
  {
    name: 'Молчащие предприятия',
    needsDatabase: true,
    run: async ({ pool }) =>
      orWell(
        (await silentEnterprises(pool)).map(({ number, name, last }) =>
          warn(
            `предприятие ${number} (${name}): последнее событие ${moment(last)}`,
            'Проверьте, работает ли АТС и доходит ли она до ядра; затем восстановите пропущенное: npm run recover.',
          ),
        ),
        'никто не замолчал',
      ),
  },
  {
    name: 'Обработка событий',
    needsDatabase: true,
    run: async ({ pool }) => {
      const [waiting, failed] = await Promise.all([unprocessedEvents(pool), failedEvents(pool)]);
      return orWell(
        [
          ...(waiting.count > 0
            ? [
                bad(
                  `не обработано: ${waiting.count}, старейшее ${moment(waiting.oldest)}`,
                  'Проверьте, работает ли core (npm start), и посмотрите logs/app.log.',
                ),
              ]
            : []),
          ...failed.map(({ number, count, error }) =>
            warn(
              `предприятие ${number}: ${count} не удалось обработать (${error.slice(0, 120)})`,
              'Они отложены: select * from call_events where process_error is not null.',
            ),
          ),
        ],
        'всё обработано',
      );
    },
  },
  {
    name: 'Неизвестные токены',
    needsDatabase: true,
    run: async ({ pool }) =>
      orWell(
        (await unassignedTokens(pool)).map(({ token, count, last }) =>
          warn(
            `${token}: ${count} событий, последнее ${moment(last)}`,
            'Чья это АТС? Добавьте предприятие (enterprise add) или исправьте токен на АТС.',
          ),
        ),
        'таких нет',
      ),
  },
  {
    name: 'Доставки',
    needsDatabase: true,
    run: async ({ pool }) => {
      const [dead, stuck] = await Promise.all([deadDeliveries(pool), stuckDeliveries(pool)]);
      const found = [
        ...stuck.map(({ target, count, oldest, error }) =>
          bad(
            `${target}: застряло ${count}, старейшая ждёт с ${moment(oldest)}${brief(error)}`,
            'Проверьте, работает ли служба, которая их отправляет: core для telegram и dispatch, integration-cache для CRM.',
          ),
        ),
        ...dead.map(({ target, count, oldest, error, isRecent }) =>
          (isRecent ? bad : warn)(
            `${target}: не доставлено ${count}, старейшая с ${moment(oldest)}${brief(error)}`,
            target === 'telegram' || target === 'dispatch'
              ? "Причины: select last_error from deliveries where state = 'dead'."
              : 'Исправьте настройки CRM (integration set): недоставленное из-за них уйдёт ещё раз само.',
          ),
        ),
      ];
      return found.length > 0 ? found : ok('застрявших и недоставленных нет');
    },
  },
];

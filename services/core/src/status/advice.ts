import { CRM_FACTS, CRMS } from '@live-calls/shared/contracts';
import type { Trouble } from '@live-calls/shared/db';

export const TITLES: Readonly<Record<string, string>> = {
  telegram: 'Telegram',
  dispatch: 'Шлюз CRM',
  core: 'Ядро',
  ...Object.fromEntries(CRMS.map((crm) => [crm, CRM_FACTS[crm].title])),
};

/** How operators call a destination. */
export const titleOf = (target: string): string => TITLES[target] ?? target;

/** What happened, and what a person is to do. */
export interface Told {
  what: string;
  advice: string;
}

export function toldOf({ kind, target, count }: Trouble): Told {
  const where = titleOf(target);
  switch (kind) {
    case 'dead':
      return {
        what: `${where}: не доставлено ${count}`,
        advice:
          'Что именно: npm run deliveries -- --dead. Устраните причину и верните в очередь: npm run deliveries -- --retry и номера.',
      };
    case 'failing':
      return {
        what: `${where}: неудач подряд ${count}`,
        advice: 'Проверьте, работает ли CRM и верны ли её адрес и ключ. Звонки ждут и дойдут сами.',
      };
    case 'unsubscribed':
      return {
        what: `Telegram: отключено подписок ${count}`,
        advice:
          'Подписчик заблокировал бота или удалил его из чата: пусть вернёт, затем включите подписку: npm run admin.',
      };
    case 'set_aside':
      return {
        what: `Отложено событий ${count}`,
        advice: 'Их тело не разобрать; остальные звонки идут. Проверьте, что отправляет АТС.',
      };
    case 'unknown_token':
      return {
        what: `Неизвестный токен ${target}: событий ${count}`,
        advice:
          'АТС шлёт события с токеном, которого нет ни у одного предприятия: заведите его (npm run admin) или исправьте АТС.',
      };
  }
}

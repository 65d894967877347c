import { CRM_FACTS, CRMS } from '../../contracts/index.js';
import type { ListedDelivery } from '../../db/deliveryList.js';
import { tableOf } from '../table.js';
import { clockText } from '../zoneClock.js';

const EVENT: Readonly<Record<string, string>> = {
  dial: 'звонит телефон',
  answer: 'ответили',
  hangup: 'итог звонка',
  cancel: 'отмена звонка',
  record: 'запись',
  live: 'живое сообщение',
  final: 'итоговое сообщение',
  none: 'убрать сообщение',
};

const STATE: Readonly<Record<ListedDelivery['state'], string>> = {
  pending: 'ждёт',
  running: 'выполняется',
  dead: 'не доставлено',
};

const HEADER = ['№', 'предпр.', 'куда', 'что', 'состояние', 'попыток', 'следующая', 'возраст', 'последняя ошибка'];

const ERROR_WIDTH = 60;

/** Deliveries as a table; times by the clocks of their enterprises. */
export const deliveryTable = (deliveries: readonly ListedDelivery[], now: Date): string[] =>
  tableOf(
    HEADER,
    deliveries.map((one) => [
      String(one.id),
      one.enterprise,
      targetTitle(one.target),
      whatOf(one),
      STATE[one.state],
      String(one.attempts),
      one.next_try_at === null ? '—' : nextTry(one.next_try_at, one.timezone, now),
      ageText(now.getTime() - one.created_at.getTime()),
      one.last_error === null ? '—' : wrapped(one.last_error, ERROR_WIDTH),
    ]),
  );

export function targetTitle(target: string): string {
  if (target === 'telegram') return 'Telegram';
  if (target === 'dispatch') return 'шлюз CRM (dispatch)';
  const crm = CRMS.find((each) => each === target);
  return crm === undefined ? target : CRM_FACTS[crm].title;
}

function whatOf({ event, unique_id: id, phone, chat }: ListedDelivery): string {
  const lines = [event === null ? '?' : (EVENT[event] ?? event)];
  if (id !== null || phone !== null) lines.push([id, phone].filter((part) => part !== null).join(' '));
  if (chat !== null) lines.push(`чат ${chat}`);
  return lines.join('\n');
}

const nextTry = (at: Date, zone: string | null, now: Date): string => (at <= now ? 'сейчас' : clockText(at, zone));

/** `5 с`, `12 мин`, `3 ч 5 мин`, `2 дн 4 ч`. */
function ageText(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return `${seconds} с`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} мин`;
  const hours = Math.floor(minutes / 60);
  return hours < 24 ? `${hours} ч ${minutes % 60} мин` : `${Math.floor(hours / 24)} дн ${hours % 24} ч`;
}

/** Lines of at most `width` characters, broken between words where there are any. */
function wrapped(text: string, width: number): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.replace(/\s+/g, ' ').trim().split(' ')) {
    let rest = word;
    if (line !== '' && line.length + 1 + rest.length > width) {
      lines.push(line);
      line = '';
    }
    while (rest.length > width) {
      lines.push(rest.slice(0, width));
      rest = rest.slice(width);
    }
    line = line === '' ? rest : `${line} ${rest}`;
  }
  return [...lines, line].join('\n');
}

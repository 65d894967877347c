import { z } from 'zod';
import { Refused, type Answer } from '../crm/answer.js';
import { accountTime, futureProblem, longProblem } from '../crm/clock.js';
import type { Exchange } from '../crm/exchange.js';
import { HttpUrl, LocalTime, PhoneText, Text, WholeNumber } from '../crm/fields.js';
import { parseForm } from '../crm/form.js';
import { isSamePhone, phonesIn } from '../crm/phones.js';
import { read } from '../crm/problems.js';
import { USER_IDS, type Account } from './account.js';

const CREATE_CALL = 'call_history/create';
const NOTIFY = 'notification/create';

const HistoryCall = z.strictObject({
  phone: PhoneText,
  start: LocalTime,
  duration: WholeNumber.pipe(z.int().min(0, 'нужно целое число секунд от нуля')).optional(),
  direction: z.enum(['1', '2']).optional(),
  record_link: HttpUrl.optional(),
  manager_id: WholeNumber.optional(),
  office_id: WholeNumber.optional(),
  note: z.string().optional(),
});
export type HistoryCall = z.infer<typeof HistoryCall>;

const Notification = z.strictObject({ text: Text, manager_id: WholeNumber });

/** Writes a call down. U-ON does not know a repetition: it would be a second call. */
export function createCall(account: Account, exchange: Exchange): Answer {
  const call = accept(exchange, CREATE_CALL, HistoryCall);
  const at = new Date(exchange.now).toISOString();
  for (const problem of [
    ...(call.manager_id === undefined ? [] : managerProblem(call.manager_id)),
    ...longProblem('duration', call.duration),
    ...futureProblem('start', accountTime(call.start), exchange.now),
  ]) {
    exchange.violate(`${CREATE_CALL}: ${problem}.`);
  }
  const isThere = [...account.calls.values()].some(
    ({ phone, start, manager_id }) =>
      isSamePhone(phone, call.phone) && start === call.start && manager_id === call.manager_id,
  );
  if (isThere) exchange.violate(`${CREATE_CALL}: такой звонок уже записан, U-ON не узнаёт повторов, теперь их два.`);
  const id = account.nextId();
  account.calls.set(id, { at, id, ...call });
  for (const [key, card] of account.cards) if (isSamePhone(card.phone, call.phone)) account.cards.delete(key);
  return { status: 200, json: { result: 200, id } };
}

/** A message that flashes up for a manager. */
export function createNotification(account: Account, exchange: Exchange): Answer {
  const { text, manager_id } = accept(exchange, NOTIFY, Notification);
  for (const problem of managerProblem(manager_id)) exchange.violate(`${NOTIFY}: ${problem}.`);
  const id = account.nextId();
  account.cards.set(id, {
    at: new Date(exchange.now).toISOString(),
    phone: phonesIn(text)[0] ?? '',
    extension: Object.entries(USER_IDS).find(([, userId]) => userId === manager_id)?.[0] ?? null,
    managerId: manager_id,
    text,
  });
  return { status: 200, json: { result: 200, id } };
}

function managerProblem(managerId: number): string[] {
  return Object.values(USER_IDS).includes(managerId) ? [] : [`менеджера manager_id=${managerId} нет`];
}

/** @throws Refused when U-ON could not make use of it */
function accept<T>(exchange: Exchange, endpoint: string, schema: z.ZodType<T>): T {
  if (exchange.contentType !== 'application/x-www-form-urlencoded') {
    exchange.violate(`${endpoint}: нужна форма (application/x-www-form-urlencoded).`);
    throw new Refused({ status: 400, json: { result: 400 } });
  }
  const { data, problems, ignored } = read(schema, { ...parseForm(exchange.text) });
  for (const { sentence } of [...problems, ...ignored]) exchange.violate(`${endpoint}: ${sentence}.`);
  if (data === undefined) throw new Refused({ status: 400, json: { result: 400 } });
  return data;
}

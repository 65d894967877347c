import type { Answer } from '../crm/answer.js';
import { accountTime, futureProblem, longProblem } from '../crm/clock.js';
import type { Exchange } from '../crm/exchange.js';
import { findCustomer, fullName } from '../crm/people.js';
import { cardKey, type Account } from './account.js';
import { accept, done, notEnabled } from './answers.js';
import { readFormField } from './formField.js';
import { CallEvent, Upload, type UploadedCall } from './shapes.js';

const EVENT = 'telephony/call/event';
const UPLOAD = 'telephony/calls/upload';

/** Not from any client library: just what one request should not exceed. */
const MAX_BATCH = 50;

/** Shows or hides the card of a call. */
export function takeEvent(account: Account, exchange: Exchange): Answer {
  if (!account.isTelephonyOn) return notEnabled('Telephony not enabled');
  const event = accept(exchange, EVENT, CallEvent, readFormField(exchange, EVENT, 'event'));
  const { phone, type, codes = [], userIds = [] } = event;
  if (codes.length === 0 && userIds.length === 0) {
    exchange.violate(`${EVENT}: нет ни codes, ни userIds, событие никому не видно.`);
  }
  if (type === 'hangup' && event.hangupStatus === undefined) {
    exchange.violate(`${EVENT}: у события hangup нет hangupStatus.`);
  }
  const users = account.users.filter(
    ({ id, codes: own }) => userIds.includes(id) || codes.some((code) => own.has(code)),
  );
  for (const { id, codes: own } of users) {
    const key = cardKey(id, phone);
    const customer = findCustomer(phone);
    account.cards.delete(key);
    if (type === 'hangup') continue;
    account.cards.set(key, {
      at: new Date(exchange.now).toISOString(),
      phone,
      extension: [...own][0] ?? null,
      userId: id,
      type,
      customer: customer === undefined ? null : fullName(customer),
    });
  }
  const notExistCodes = codes.filter((code) => !account.users.some((user) => user.codes.has(code)));
  const notExistUsers = userIds.filter((id) => !account.users.some((user) => user.id === id));
  return done({
    ...(notExistCodes.length === 0 ? {} : { notExistCodes }),
    ...(notExistUsers.length === 0 ? {} : { notExistUsers }),
  });
}

/** Writes finished calls down; those that are there already are told apart by `externalId`. */
export function uploadCalls(account: Account, exchange: Exchange): Answer {
  if (!account.isTelephonyOn) return notEnabled('Telephony not enabled or not supports calls upload');
  const given = { calls: readFormField(exchange, UPLOAD, 'calls') };
  const { calls } = accept(exchange, UPLOAD, Upload, given);
  if (calls.length > MAX_BATCH) {
    exchange.violate(`${UPLOAD}: ${calls.length} звонков в одном запросе, а надёжно не больше ${MAX_BATCH}.`);
  }
  const duplicateCalls: string[] = [];
  for (const [index, call] of calls.entries()) {
    for (const problem of remarksOn(call, exchange.now))
      exchange.violate(`${UPLOAD}: звонок ${index + 1}: ${problem}.`);
    const key = call.externalId ?? `без externalId ${exchange.now} ${account.calls.size}`;
    if (account.calls.has(key)) {
      duplicateCalls.push(key);
      continue;
    }
    account.calls.set(key, { at: new Date(exchange.now).toISOString(), ...call });
  }
  return done({ processedCallsCount: calls.length - duplicateCalls.length, duplicateCalls });
}

function remarksOn(call: UploadedCall, now: number): string[] {
  const { date, code, userId, result, duration, durationWaiting, externalId } = call;
  return [
    ...(code === undefined && userId === undefined ? ['нет ни code, ни userId, звонок останется без менеджера'] : []),
    ...(result === undefined ? ['нет result'] : []),
    ...(externalId === undefined ? ['нет externalId, повтор запроса создаст второй звонок'] : []),
    ...longProblem('duration', duration),
    ...longProblem('durationWaiting', durationWaiting),
    ...futureProblem('date', accountTime(date), now),
  ];
}

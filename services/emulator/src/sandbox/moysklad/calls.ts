import { randomUUID } from 'node:crypto';
import { Refused, type Answer } from '../crm/answer.js';
import { accountTime, futureProblem } from '../crm/clock.js';
import type { Exchange } from '../crm/exchange.js';
import { accept } from './accept.js';
import type { Account, Call } from './account.js';
import { describeCall } from './describeCall.js';
import { failed } from './errors.js';
import { applyEvents } from './events.js';
import { CallUpdate, NewCall } from './shapes.js';

const MAX_COMMENT = 4_096;

/** `POST /call`. */
export function createCall(account: Account, exchange: Exchange): Answer {
  const { events = [], ...given } = accept(exchange, 'POST call', NewCall);
  if (account.findByExternalId(given.externalId) !== undefined) return failed(412, 3006, 'externalId');
  const at = new Date(exchange.now).toISOString();
  const call: Call = { ...given, id: randomUUID(), at, lastSequence: undefined, ...commentOf(given) };
  for (const problem of [
    ...timeProblems(call),
    ...futureProblem('startTime', accountTime(call.startTime), exchange.now),
  ])
    exchange.violate(`POST call: ${problem}.`);
  account.calls.set(call.id, call);
  applyEvents(account, exchange, call, events);
  return { status: 200, json: describeCall(exchange.origin, call) };
}

/** Fields that keep what they were given first. */
const LASTING = [
  'number',
  'counterparty',
  'extension',
  'employee',
  'isIncoming',
  'startTime',
  'endTime',
  'duration',
] as const;

/** `PUT /call/…`: adds what is missing. Only the comment changes, only recordings pile up. */
export function updateCall(account: Account, exchange: Exchange, call: Call): Answer {
  const { events = [], ...given } = accept(exchange, 'PUT call', CallUpdate);
  for (const field of LASTING) {
    if (given[field] === undefined) continue;
    if (call[field] === undefined) Object.assign(call, { [field]: given[field] });
    const [old, wanted] = [JSON.stringify(call[field]), JSON.stringify(given[field])];
    if (old !== wanted) {
      exchange.violate(`PUT call: поле ${field} уже заполнено (${old}), МойСклад его не перезапишет (${wanted}).`);
    }
  }
  const repeated = given.recordUrl?.find((url) => call.recordUrl?.includes(url));
  if (repeated !== undefined) exchange.violate(`PUT call: ссылка на запись ${repeated} уже есть, теперь их две.`);
  if (given.recordUrl !== undefined) call.recordUrl = [...(call.recordUrl ?? []), ...given.recordUrl];
  Object.assign(call, commentOf(given));
  call.at = new Date(exchange.now).toISOString();
  for (const problem of timeProblems(call)) exchange.violate(`PUT call: ${problem}.`);
  applyEvents(account, exchange, call, events);
  return { status: 200, json: describeCall(exchange.origin, call) };
}

/** `GET /call/…`. */
export function showCall(exchange: Exchange, call: Call): Answer {
  return { status: 200, json: describeCall(exchange.origin, call) };
}

/** @throws Refused when there is none */
export function findCall(account: Account, { id, extid = '' }: Readonly<Record<string, string>>): Call {
  if (id !== undefined && !/^[\da-f-]{36}$/i.test(id)) throw new Refused(failed(400, 1052));
  const call = id === undefined ? account.findByExternalId(extid) : account.calls.get(id);
  if (call === undefined) throw new Refused(failed(404, 1021, 'call', id ?? extid));
  return call;
}

function commentOf({ comment }: { comment?: string | undefined }): { comment?: string } {
  return comment === undefined ? {} : { comment: comment.slice(0, MAX_COMMENT) };
}

function timeProblems({ startTime, endTime, duration }: Call): string[] {
  return [
    ...(endTime !== undefined && accountTime(endTime) < accountTime(startTime)
      ? ['поле endTime: звонок кончился раньше, чем начался']
      : []),
    ...(duration !== undefined && duration > 0 && duration < 1_000
      ? [`поле duration: ${duration} — меньше секунды, похоже на секунды вместо миллисекунд`]
      : []),
  ];
}

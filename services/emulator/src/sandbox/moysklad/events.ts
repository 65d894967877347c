import type { Answer } from '../crm/answer.js';
import type { Exchange } from '../crm/exchange.js';
import { findCustomer } from '../crm/people.js';
import { accept } from './accept.js';
import type { Account, Call } from './account.js';
import { CallEvent } from './shapes.js';

/** `POST /call/…/event`. */
export function takeEvent(account: Account, exchange: Exchange, call: Call): Answer {
  applyEvents(account, exchange, call, [accept(exchange, 'POST event', CallEvent)]);
  return { status: 204 };
}

/** Shows and hides the call's cards. An event that is older than the last one comes too late. */
export function applyEvents(account: Account, exchange: Exchange, call: Call, events: readonly CallEvent[]): void {
  for (const event of events) {
    if (call.lastSequence !== undefined && event.sequence <= call.lastSequence) {
      exchange.violate(`События звонка: sequence ${event.sequence} не больше прошлого (${call.lastSequence}).`);
      continue;
    }
    call.lastSequence = event.sequence;
    apply(account, exchange, call, event);
  }
}

function apply({ cards }: Account, { now }: Exchange, call: Call, { eventType, extension }: CallEvent): void {
  if (eventType === 'HIDE_ALL') {
    for (const key of [...cards.keys()]) if (key.startsWith(`${call.id} `)) cards.delete(key);
    return;
  }
  const key = `${call.id} ${extension}`;
  if (eventType === 'HIDE') {
    cards.delete(key);
    return;
  }
  const customer = findCustomer(call.number);
  cards.set(key, {
    at: new Date(now).toISOString(),
    phone: call.number,
    extension,
    externalId: call.externalId,
    isAnswered: eventType === 'STARTTIME',
    customer: customer?.company ?? customer?.lastName ?? null,
  });
}

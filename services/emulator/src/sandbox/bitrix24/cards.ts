import type { Answer } from '../crm/answer.js';
import type { Exchange } from '../crm/exchange.js';
import { findCustomer, fullName } from '../crm/people.js';
import { done } from './answers.js';
import { check, inputOf, textOf, type Input } from './input.js';
import { findUser, type Call, type Portal } from './portal.js';
import { ShowOrHide } from './shapes.js';

export function showCard(portal: Portal, { now }: Exchange, call: Call, userId: number): void {
  const customer = findCustomer(call.phone);
  portal.cards.set(`${call.callId} ${userId}`, {
    at: new Date(now).toISOString(),
    phone: call.phone,
    extension: findUser(userId)?.extension ?? null,
    userId,
    callId: call.callId,
    customer: customer === undefined ? null : fullName(customer),
  });
}

export function hideCards(portal: Portal, { callId }: Call, userIds?: readonly number[]): void {
  const keys = userIds?.map((id) => `${callId} ${id}`) ?? [...portal.cards.keys()];
  for (const key of keys) if (key.startsWith(`${callId} `)) portal.cards.delete(key);
}

/** `telephony.externalCall.show`: to these users, else to the one whose call it is. */
export function show(portal: Portal, exchange: Exchange): Answer {
  const { call, userIds } = read(portal, exchange, 'telephony.externalCall.show');
  if (call === undefined) return done(exchange, false);
  for (const id of userIds ?? [call.userId]) showCard(portal, exchange, call, id);
  return done(exchange, true);
}

/** `telephony.externalCall.hide`: from these users, else from all. */
export function hide(portal: Portal, exchange: Exchange): Answer {
  const { call, userIds } = read(portal, exchange, 'telephony.externalCall.hide');
  if (call === undefined) return done(exchange, false);
  hideCards(portal, call, userIds);
  return done(exchange, true);
}

/** An unknown or finished call is no error: nothing is shown or hidden. */
function read(portal: Portal, exchange: Exchange, method: string): { call?: Call; userIds: number[] | undefined } {
  const input = inputOf(exchange);
  check(exchange, method, ShowOrHide, input);
  const call = portal.calls.get(textOf(input['CALL_ID']));
  const userIds = usersOf(input);
  for (const id of userIds ?? []) {
    if (findUser(id) === undefined) exchange.violate(`${method}: пользователя USER_ID=${id} нет.`);
  }
  if (call === undefined) return { userIds };
  return call.finished === undefined ? { call, userIds } : { userIds };
}

function usersOf({ USER_ID: given }: Input): number[] | undefined {
  if (given === undefined) return undefined;
  return (Array.isArray(given) ? given : [given]).map(Number);
}

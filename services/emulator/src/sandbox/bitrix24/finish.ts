import { Refused, type Answer } from '../crm/answer.js';
import { longProblem } from '../crm/clock.js';
import type { Exchange } from '../crm/exchange.js';
import { done, failed } from './answers.js';
import { hideCards } from './cards.js';
import { check, inputOf, isGiven, readUser, textOf, type Input } from './input.js';
import type { Call, Portal } from './portal.js';
import { Finish } from './shapes.js';

const METHOD = 'telephony.externalCall.finish';
/** Without the bracket, and with an empty `error`: as portals say it. */
const NOT_FOUND = failed(400, '', 'Call is not found (call should be registered prior to finishing');

/** Ends a call and writes it down. It can be done once. */
export function finish(portal: Portal, exchange: Exchange): Answer {
  const input = inputOf(exchange);
  const { CALL_ID: callId } = input;
  check(exchange, METHOD, Finish, input);
  if (typeof callId !== 'string') throw new Refused(failed(400, 'INVALID_ARGUMENT', 'CALL_ID must be a string'));
  const userId = readUser(exchange, METHOD, input);
  const call = portal.calls.get(callId);
  if (call === undefined) {
    // Whoever names no call of a portal's asks whether calls may be finished at all.
    if (callId.startsWith('externalCall.')) exchange.violate(`${METHOD}: звонок ${callId} не был зарегистрирован.`);
    throw new Refused(NOT_FOUND);
  }
  if (call.finished !== undefined) throw new Refused(NOT_FOUND);
  const duration = Number(input['DURATION'] ?? 0) || 0;
  const statusCode = textOf(input['STATUS_CODE']) || (duration > 0 ? '200' : '304');
  remark(exchange, input, duration, statusCode);
  call.userId = userId;
  call.at = new Date(exchange.now).toISOString();
  call.finished = { id: portal.nextId(), duration, statusCode, activityId: portal.nextId() };
  hideCards(portal, call);
  return done(exchange, describeFinished(call, input, call.finished));
}

function remark(exchange: Exchange, input: Input, duration: number, statusCode: string): void {
  for (const problem of longProblem('DURATION', duration)) exchange.violate(`${METHOD}: ${problem}.`);
  if (statusCode !== '200' && duration > 0) {
    exchange.violate(`${METHOD}: разговора не было (STATUS_CODE ${statusCode}), а DURATION ${duration}.`);
  }
  if (isGiven(input['RECORD_URL']))
    exchange.violate(`${METHOD}: RECORD_URL устарел, запись передают через attachRecord.`);
}

function describeFinished(
  call: Call,
  input: Input,
  { id, duration, statusCode, activityId }: NonNullable<Call['finished']>,
) {
  return {
    CALL_ID: call.callId,
    EXTERNAL_CALL_ID: call.externalCallId,
    PORTAL_USER_ID: call.userId,
    PHONE_NUMBER: call.phone,
    PORTAL_NUMBER: call.line,
    INCOMING: String(call.type),
    CALL_DURATION: duration,
    CALL_START_DATE: {},
    CALL_STATUS: statusCode === '200' ? 1 : 0,
    CALL_VOTE: Number(input['VOTE'] ?? 0),
    COST: Number(input['COST'] ?? 0),
    COST_CURRENCY: textOf(input['COST_CURRENCY']),
    CALL_FAILED_CODE: statusCode,
    CALL_FAILED_REASON: textOf(input['FAILED_REASON']),
    REST_APP_ID: '3',
    REST_APP_NAME: 'Телефония',
    CRM_ACTIVITY_ID: activityId,
    COMMENT: null,
    CRM_ENTITY_TYPE: call.entityType,
    CRM_ENTITY_ID: call.entityId,
    ID: id,
  };
}

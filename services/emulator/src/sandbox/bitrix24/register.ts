import { createHash } from 'node:crypto';
import type { Answer } from '../crm/answer.js';
import { futureProblem } from '../crm/clock.js';
import type { Exchange } from '../crm/exchange.js';
import { findCustomer } from '../crm/people.js';
import { digitsOf } from '../crm/phones.js';
import { done, refuse } from './answers.js';
import { showCard } from './cards.js';
import { contactId } from './entities.js';
import { check, inputOf, isGiven, readUser, textOf, type Input } from './input.js';
import type { Call, Portal } from './portal.js';
import { Register } from './shapes.js';

const METHOD = 'telephony.externalCall.register';
/** For so long the same registration is the same call. */
const SAME_CALL_MS = 30 * 60_000;

/** Begins a call, or finds the one that this request has begun already. */
export function register(portal: Portal, exchange: Exchange): Answer {
  const input = inputOf(exchange);
  check(exchange, METHOD, Register, input);
  remark(exchange, input);
  const userId = readUser(exchange, METHOD, input);
  const type = Number(input['TYPE']);
  if (![1, 2, 3, 4, 5].includes(type)) throw refuse('Unknown TYPE');
  const start = input['CALL_START_DATE'];
  if (isGiven(start) && Number.isNaN(Date.parse(textOf(start)))) {
    throw refuse('CALL_START_DATE should be in the ISO-8601 format');
  }
  const phone = textOf(input['PHONE_NUMBER']);
  if (digitsOf(phone) === '') throw refuse('Unsupported phone number format');

  const line = textOf(input['LINE_NUMBER']);
  const externalCallId = textOf(input['EXTERNAL_CALL_ID']);
  const key = JSON.stringify([digitsOf(phone), type, userId, line, externalCallId]);
  const known = [...portal.calls.values()].find(
    (call) => call.key === key && call.registeredAt > exchange.now - SAME_CALL_MS,
  );
  if (known !== undefined) return answer(exchange, known, null);

  const { entity, createdLead } = entityOf(portal, input, phone);
  const call: Call = {
    callId: `externalCall.${createHash('md5').update(`${key} ${portal.nextId()}`).digest('hex')}.${Math.floor(exchange.now / 1_000)}`,
    ...{ key, userId, phone, type, line },
    registeredAt: exchange.now,
    startedAt: isGiven(start) ? Date.parse(textOf(start)) : exchange.now,
    at: new Date(exchange.now).toISOString(),
    externalCallId: externalCallId === '' ? null : externalCallId,
    ...entity,
  };
  portal.calls.set(call.callId, call);
  if (!['0', 'N'].includes(textOf(input['SHOW']))) showCard(portal, exchange, call, userId);
  return answer(exchange, call, createdLead);
}

function remark(exchange: Exchange, input: Input): void {
  if (!isGiven(input['EXTERNAL_CALL_ID'])) {
    exchange.violate(`${METHOD}: нет EXTERNAL_CALL_ID, два звонка одного клиента станут одним.`);
  }
  const start = Date.parse(textOf(input['CALL_START_DATE']));
  for (const problem of futureProblem('CALL_START_DATE', start, exchange.now))
    exchange.violate(`${METHOD}: ${problem}.`);
}

interface Found {
  entity: Pick<Call, 'entityType' | 'entityId'>;
  createdLead: number | null;
}

/** Whom the call is with: who is named, else who has the phone, else a lead if one is wanted. */
function entityOf(portal: Portal, input: Input, phone: string): Found {
  if (isGiven(input['CRM_ENTITY_TYPE']) && isGiven(input['CRM_ENTITY_ID'])) {
    const entityId = Number(input['CRM_ENTITY_ID']);
    return { entity: { entityType: textOf(input['CRM_ENTITY_TYPE']), entityId }, createdLead: null };
  }
  const customer = findCustomer(phone);
  if (customer !== undefined) {
    return { entity: { entityType: 'CONTACT', entityId: contactId(customer) }, createdLead: null };
  }
  if (textOf(input['CRM_CREATE']) !== '1') return { entity: { entityType: null, entityId: null }, createdLead: null };
  const lead = portal.nextId();
  return { entity: { entityType: 'LEAD', entityId: lead }, createdLead: lead };
}

function answer(exchange: Exchange, call: Call, createdLead: number | null): Answer {
  return done(exchange, {
    CALL_ID: call.callId,
    CRM_CREATED_LEAD: createdLead,
    CRM_CREATED_ENTITIES: createdLead === null ? [] : [{ ENTITY_TYPE: 'LEAD', ENTITY_ID: createdLead }],
    CRM_ENTITY_TYPE: call.entityType,
    CRM_ENTITY_ID: call.entityId,
  });
}

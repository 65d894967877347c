import type { CallView } from '@live-calls/shared/contracts';
import { userIdOf, type Settings, type User } from './users.js';

/** What must be the same when a registration is repeated, for the portal to recognise it. */
export interface Registration {
  /** In whose name; '' when nobody is known. */
  extension: string;
  line: string;
}

const TYPES = { outgoing: 1, incoming: 2 } as const;

/** A call is registered in the name of somebody who rings or talks, a user of the portal if there is one. */
export function registrationOf(settings: Settings, call: CallView): Registration {
  const { state, ringing, rang, talked, line } = call;
  // Who rang goes on being told while somebody talks.
  const now = state === 'dial' ? ringing : creditedOf(call);
  const people = [...now, ...rang, ...talked];
  const user = people.find((extension) => userIdOf(settings, extension) !== undefined);
  return { extension: user ?? people[0] ?? '', line: line.id };
}

interface RegisterOptions {
  user: User;
  line: string;
  /** Whether the user sees the card at once. */
  show: boolean;
  createsLead: boolean;
  externalCallId: string;
}

/** Parameters of `telephony.externalCall.register`. */
export function registerOf(
  call: CallView,
  { user, line, show, createsLead, externalCallId }: RegisterOptions,
): Record<string, unknown> {
  return {
    ...user,
    PHONE_NUMBER: call.phone,
    TYPE: TYPES[call.direction],
    CALL_START_DATE: call.started_at.replace(/\.\d+/, ''),
    CRM_CREATE: createsLead ? 1 : 0,
    SHOW: show ? 1 : 0,
    ...(line === '' ? {} : { LINE_NUMBER: line }),
    EXTERNAL_CALL_ID: externalCallId,
  };
}

/** Whom a call is put down to: who talks or talked last; of a missed one the first of those who rang who can be. */
export function creditedOf({ extension, answered, rang, talked }: CallView): string[] {
  if (extension !== '') return [extension];
  return answered ? talked.slice(-1) : rang;
}

/** Parameters of `telephony.externalCall.finish`. */
export function finishOf(call: CallView, callId: string, user: User): Record<string, unknown> {
  const reason = reasonOf(call);
  return {
    CALL_ID: callId,
    ...user,
    // Ringing is no talk.
    DURATION: call.answered ? Math.round(call.talk_seconds ?? 0) : 0,
    STATUS_CODE: statusOf(call),
    ...(reason === undefined ? {} : { FAILED_REASON: reason }),
  };
}

function statusOf({ answered, direction }: CallView): string {
  if (answered) return '200';
  return direction === 'incoming' ? '304' : '603-S';
}

/** The only text that the portal's journal keeps of a call: who talked after whom, or who did not answer. */
function reasonOf({ answered, talked, rang, direction }: CallView): string | undefined {
  if (answered) return talked.length > 1 ? `Разговаривали: ${talked.join(' → ')}` : undefined;
  return direction === 'incoming' && rang.length > 0 ? `Не ответили: ${rang.join(', ')}` : undefined;
}

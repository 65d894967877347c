import { createHash } from 'node:crypto';
import type { CallView, DispatchedEvent } from '@live-calls/shared/contracts';
import { cancelKey, hangupKey } from '../deliver/crmDelivery.js';
import { extensionsOf, textOf } from './rawFields.js';

/** By what an event is known again. */
export interface EventKeys {
  /** The call's. */
  callId: string;
  /** The event's: the same for a repetition, another one when somebody else rings or talks. */
  key: string;
}

// PostgreSQL indexes some 2700 bytes.
const LONGEST_PART = 200;

export function keysOf(event: DispatchedEvent): EventKeys {
  const callId = bounded(event.call?.id ?? event.uniqueId);
  const type = event.event_type;
  if (type === 'hangup') return { callId, key: hangupKey(callId) };
  if (type === 'cancel') return { callId, key: cancelKey(callId) };
  return { callId, key: `${callId}:${type}:${bounded(who(event))}` };
}

/** Who rings or talks; without the core's view also through which line, since a failover rings the same people again. */
function who({ event_type: type, call, raw }: DispatchedEvent): string {
  if (call === undefined) {
    const line = textOf(raw, 'Trunk');
    return [...inOrder(extensionsOf(raw)), ...(line === '' ? [] : [`via ${line}`])].join(',');
  }
  return type === 'dial' ? inOrder(call.ringing).join(',') : talker(call);
}

/** `talked` names everybody once, also who got the call back after a transfer: that is another event. */
function talker({ talked, extension }: CallView): string {
  const last = talked.at(-1) ?? extension;
  return last !== extension && talked.includes(extension) ? `${extension}:after:${last}` : last;
}

const inOrder = (numbers: readonly string[]): string[] => [...new Set(numbers)].toSorted();

const bounded = (text: string): string =>
  text.length <= LONGEST_PART ? text : createHash('sha256').update(text).digest('hex');

import { Phone, type DispatchedEvent } from '@live-calls/shared/contracts';
import type { Tracked } from '../calls/tracked.js';

export type EventType = DispatchedEvent['event_type'];

/** Whether CRMs may learn of a call: a client's, with a phone that can be told, and not taken back. */
export const isHandedOn = ({ state, phone }: Pick<Tracked, 'state' | 'phone'>): boolean =>
  state !== 'retracted' && Phone.safeParse(phone).success;

/** Whether an event has nothing to say any more: nobody rings or answers in a call that is over. */
export const isOvertaken = (type: EventType, { state }: Pick<Tracked, 'state'>): boolean =>
  type !== 'hangup' && state !== 'open';

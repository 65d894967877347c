import { Phone, type DispatchedEvent } from '@live-calls/shared/contracts';
import type { Tracked } from '../calls/tracked.js';

export type EventType = DispatchedEvent['event_type'];

type Told = Pick<Tracked, 'state' | 'phone'>;

/** Whether CRMs may learn of a call: a client's, with a phone that can be told, and not taken back. */
export const isHandedOn = ({ state, phone }: Told): boolean => state !== 'retracted' && Phone.safeParse(phone).success;

/**
 * Whether an event still has something to say: nobody rings or answers in a call that is over, and what was taken back
 * and has come again is not taken back any more.
 */
export function isDue(type: EventType, row: Told): boolean {
  if (type === 'cancel') return !isHandedOn(row);
  return isHandedOn(row) && (type === 'hangup' || row.state === 'open');
}

import type { Tracked } from '../calls/tracked.js';
import { isHandedOn, type EventType } from './handedOn.js';

/** An event of a call that CRMs have to learn of. */
export interface EventOwed {
  type: EventType;
  /** What makes it different from other events of the call; '' for the only one of its kind. */
  distinction: string;
  /** Not before so long from now. */
  delayMs: number;
}

/** Events overtake each other by less: until then a final may still be corrected. */
const SETTLE_MS = 1_000;

/** No call rings at so many that this cuts anything off; an index takes no more than some 2700 bytes. */
const LONGEST_DISTINCTION = 1_000;

/**
 * What CRMs have to learn of a change of a call: who rings, as long as nobody talks; who talks; that it is over, once;
 * that it is none, when they were to learn of it before.
 *
 * @param before the call as it was remembered, null when it is new
 */
export function eventsOwed(before: Tracked | null, after: Tracked): EventOwed[] {
  if (before !== null && before.external_id !== null && isHandedOn(before) && !isHandedOn(after))
    return [{ type: 'cancel', distinction: '', delayMs: 0 }];
  if (!isTold(after)) return [];
  const was = before !== null && isTold(before) ? before : null;
  if (after.state === 'final') {
    return was?.state === 'final' ? [] : [{ type: 'hangup', distinction: '', delayMs: SETTLE_MS }];
  }
  const owed: EventOwed[] = [];
  const { ringing, state, partner } = after.view;
  const rings = distinctionOf(ringing);
  // Whoever is dialled while they talk already (a late dial, a transfer) must not see a card pop up.
  if (was?.view.state !== 'talk' && rings !== '' && rings !== distinctionOf(was?.view.ringing ?? [])) {
    owed.push({ type: 'dial', distinction: rings, delayMs: 0 });
  }
  const talked = was?.view.state === 'talk' ? was.view.partner : '';
  if (state === 'talk' && partner !== '' && partner !== talked) {
    owed.push({ type: 'answer', distinction: talkOf(after.view), delayMs: 0 });
  }
  return owed;
}

/** Of a talk that nothing but bridges tells of nobody hears: it is taken back, or turns out to be part of a call. */
const isTold = (row: Tracked): boolean => isHandedOn(row) && (row.view.state !== 'talk' || row.view.ringing.length > 0);

/** Who talks; who got the call back is told apart from when they had it before. */
function talkOf({ partner, talked }: Pick<Tracked['view'], 'partner' | 'talked'>): string {
  const last = talked.at(-1) ?? partner;
  return last === partner ? partner : `${partner}:after:${last}`;
}

const distinctionOf = (ringing: readonly string[]): string =>
  [...new Set(ringing)].toSorted().join(',').slice(0, LONGEST_DISTINCTION);

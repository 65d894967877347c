import type { Call } from '../calls/call.js';
import { callsFrom } from '../calls/fold/callsFrom.js';
import { readEvent, type StoredEvent } from '../calls/fold/event.js';
import type { Numbering } from '../calls/fold/number.js';

/** What a call came to be with one of its events. */
export interface FoldChange {
  at: Date;
  /** Of the event. */
  id: number;
  state: Call['state'];
  ringing: string[];
  talked: string[];
  partner: string;
}

/** With more events than this the fold is not told: it would be run as often. */
const MOST_EVENTS = 200;

/**
 * How a call looked after each of its events, where it looked different from before. Computed as the calls are: the
 * stored events are the truth, and nobody writes its stages down.
 */
export function foldChanges(events: readonly StoredEvent[], numbering: Numbering): FoldChange[] {
  if (events.length > MOST_EVENTS) return [];
  const changes: FoldChange[] = [];
  let before = '';
  events.forEach((event, index) => {
    const call = callAfter(events.slice(0, index + 1), numbering);
    if (call === undefined) return;
    const { state, ringing, talked, partner } = call;
    const looks = JSON.stringify([state, ringing, talked, partner]);
    if (looks === before) return;
    before = looks;
    changes.push({ at: event.event_timestamp, id: event.id, state, ringing, talked, partner });
  });
  return changes;
}

function callAfter(events: readonly StoredEvent[], numbering: Numbering): Call | undefined {
  try {
    const told = events.map(readEvent);
    return callsFrom(told, numbering, told.at(-1)?.at ?? 0)[0];
  } catch {
    return undefined; // it was set aside, as the list of events says
  }
}

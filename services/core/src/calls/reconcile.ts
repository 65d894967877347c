import { isDeepStrictEqual } from 'node:util';
import type { CountedAs, TrackedCall } from '@live-calls/shared/db';
import type { ClientHistory } from '../notify/callToShow.js';
import type { Call } from './call.js';
import { isPhone } from './fold/number.js';

/** A call as the database remembers it: times are text there. */
export type StoredView = { [Key in keyof Call]: Call[Key] extends Date | null ? string | null : Call[Key] };

export type Tracked = TrackedCall<StoredView, ClientHistory>;

/** What one fold changed about one call. */
export interface Change {
  before: Tracked | null;
  /** To be written; `history` and the like are filled in by whoever writes. */
  after: Tracked;
  call: Call;
  /** Whether chats and reports have to follow; false when only the time of the next look has changed. */
  visible: boolean;
}

/**
 * Compares what the fold says with what is remembered. A call keeps its identity while its anchor or a channel of it is
 * known; one that the fold does not know any more is taken back; one that was final stays final.
 */
export function reconcile(calls: Call[], tracked: Tracked[], newUuid: () => string): Change[] {
  const byAnchor = new Map(tracked.map((row) => [row.anchor, row]));
  const taken = new Set(calls.map((call) => byAnchor.get(call.anchor)).filter((row) => row !== undefined));
  const adopted = (call: Call): Tracked | undefined => {
    const row = tracked.find((candidate) => !taken.has(candidate) && call.channels.includes(candidate.anchor));
    if (row) taken.add(row);
    return row;
  };
  const known = calls.map((call) => changeOf(call, byAnchor.get(call.anchor) ?? adopted(call) ?? null, newUuid));
  const gone = tracked.filter((row) => !taken.has(row) && row.state !== 'retracted').map(takenBack);
  return [...known.filter((change) => change !== null), ...gone];
}

function changeOf(call: Call, before: Tracked | null, newUuid: () => string): Change | null {
  const wakeAt = call.wakeAt;
  if (before?.state === 'final' && call.state !== 'final') {
    // A late event makes it look alive again: it is looked at when that has settled, and corrected then.
    if (before.wake_at?.getTime() === wakeAt?.getTime()) return null;
    return { before, after: { ...before, wake_at: wakeAt }, call: revived(before.view), visible: false };
  }
  const view = stored(call);
  const state = call.state === 'final' ? 'final' : 'open';
  if (before?.state === state && isDeepStrictEqual(before.view, view)) {
    if (before.wake_at?.getTime() === wakeAt?.getTime()) return null;
    return { before, after: { ...before, wake_at: wakeAt }, call, visible: false };
  }
  const after: Tracked = {
    uuid: before?.uuid ?? newUuid(),
    anchor: call.anchor,
    view,
    phone: call.direction !== 'internal' && isPhone(call.party) ? call.party : '',
    state,
    started_at: call.startedAt,
    wake_at: wakeAt,
    counted_as: countedAs(call),
    history: before?.history ?? null,
  };
  return { before, after, call, visible: true };
}

function takenBack(before: Tracked): Change {
  const after: Tracked = { ...before, state: 'retracted', wake_at: null, counted_as: null };
  return { before, after, call: revived(before.view), visible: true };
}

function countedAs({ state, direction, answered, party }: Call): CountedAs | null {
  if (state !== 'final' || direction === 'internal' || !isPhone(party)) return null;
  return `${direction === 'incoming' ? 'in' : 'out'}:${answered ? 'answered' : 'missed'}`;
}

const stored = (call: Call): StoredView => JSON.parse(JSON.stringify(call)) as StoredView;

const revived = (view: StoredView): Call => ({
  ...view,
  startedAt: new Date(view.startedAt ?? 0),
  answeredAt: dateOf(view.answeredAt),
  endedAt: dateOf(view.endedAt),
  wakeAt: dateOf(view.wakeAt),
});

const dateOf = (text: string | null): Date | null => (text === null ? null : new Date(text));

import { isDeepStrictEqual } from 'node:util';
import type { CountedAs } from '@live-calls/shared/db';
import type { Call } from './call.js';
import { isPhone } from '@live-calls/shared/phone';
import { revived, type StoredView, type Tracked } from './tracked.js';
import { isClockWrong, REBOOT_MS } from './wrongClock.js';

/** What one fold changed about one call. */
export interface Change {
  before: Tracked | null;
  /** To be written; `history` and the like are filled in by whoever writes. */
  after: Tracked;
  call: Call;
  /** Whether chats and reports have to follow; false when only the time of the next look has changed. */
  visible: boolean;
}

/** What a step is about; other calls are in the fold only because they could share something with these. */
export interface Touched {
  /** UniqueIds and BridgeUniqueids of the new events. */
  keys: ReadonlySet<string>;
  /** Calls that time may have changed. */
  due: (row: Tracked) => boolean;
}

/**
 * Compares what the fold says with what is remembered. A call keeps its identity while its anchor or a channel of it is
 * known; one that was final stays final; one that turns out to be part of another call is taken back.
 *
 * Only calls that new events or time touch are changed: of the others the fold may not know everything.
 */
export function reconcile(calls: Call[], tracked: Tracked[], touched: Touched, newUuid: () => string): Change[] {
  const isNew = ({ channels, bridges }: Pick<Call, 'channels' | 'bridges'>): boolean =>
    [...channels, ...bridges].some((key) => touched.keys.has(key));
  const rowOf = new Map<Call, Tracked>();
  const taken = new Set<Tracked>();
  const rowsOf = indexed(tracked, ({ anchor }) => [anchor]);
  const place = new Map(tracked.map((row, index) => [row, index]));
  const match = (call: Call, rows: Tracked[]): void => {
    const row = rowOf.has(call) ? undefined : rows.find((each) => !taken.has(each) && sameTime(each, call));
    if (!row) return;
    rowOf.set(call, row);
    taken.add(row);
  };
  for (const call of calls) match(call, rowsOf.get(call.anchor) ?? []);
  // A leg that was taken for a call becomes the call itself, unless that would begin with a final message.
  for (const call of calls) {
    const legs = call.channels.flatMap((channel) => rowsOf.get(channel) ?? []);
    const fitting = legs.filter((row) => row.state === 'open' || call.state === 'final');
    match(
      call,
      fitting.sort((one, other) => (place.get(one) ?? 0) - (place.get(other) ?? 0)),
    );
  }

  const changes = calls.flatMap((call) => {
    const row = rowOf.get(call);
    const isTouched = isNew(call) || (row !== undefined && (isNew(row.view) || touched.due(row)));
    return isTouched ? (changeOf(call, row ?? null, newUuid) ?? []) : [];
  });
  const holding = indexed(changes, ({ after }) => after.view.channels);
  const absorbed = (row: Tracked): boolean =>
    (holding.get(row.anchor) ?? []).some(({ after, call }) => after.uuid !== row.uuid && sameTime(row, call));
  const gone = tracked.filter((row) => !taken.has(row) && row.state !== 'retracted');
  return [...changes, ...gone.flatMap((row) => goneOf(row, absorbed(row), isNew(row.view), touched.due(row)))];
}

/** Of each key those that have it, in order. */
function indexed<T>(items: readonly T[], keysOf: (item: T) => readonly string[]): Map<string, T[]> {
  const found = new Map<string, T[]>();
  for (const item of items) {
    for (const key of keysOf(item)) {
      const others = found.get(key);
      if (others) others.push(item);
      else found.set(key, [item]);
    }
  }
  return found;
}

/** A host that boots with a wrong clock gives the same UniqueIds again: minutes later it is another call. */
const sameTime = (row: Tracked, call: Call): boolean =>
  !isClockWrong(call.anchor) || Math.abs(row.started_at.getTime() - call.startedAt.getTime()) < REBOOT_MS;

/** A call that the fold does not know any more: part of another one, lost, or a talk that only bridges told of. */
function goneOf(row: Tracked, absorbed: boolean, isNew: boolean, due: boolean): Change[] {
  if (absorbed || (row.state === 'open' && (isNew || due))) return [takenBack(row)];
  if (!due) return [];
  // What was final stays final; there is nothing to wait for any more.
  return [{ before: row, after: { ...row, wake_at: null }, call: revived(row.view), visible: false }];
}

function changeOf(call: Call, before: Tracked | null, newUuid: () => string): Change | null {
  const wakeAt = call.wakeAt;
  const isLost = call.lost === true && before?.view.lost !== true;
  if (before?.state === 'final' && (call.state !== 'final' || isLost)) {
    // A late event makes it look alive again: it is looked at when that has settled, and corrected then. A part of it that
    // came again and had no end of its own tells nothing new.
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
    external_id: before?.external_id ?? null,
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

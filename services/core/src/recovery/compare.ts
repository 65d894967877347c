import type { KnownEvent } from '@live-calls/shared/db';
import { isAccepted } from './belief.js';
import { contentOf } from './contentOf.js';
import type { HostRow } from './hostRow.js';

/** What a row of a host's log is to the events that are stored. */
export type Found =
  | { row: HostRow; is: 'arrived'; event: KnownEvent }
  /** Nothing stored says this. */
  | { row: HostRow; is: 'missing' }
  /** Missing, but of a call so old that it cannot be corrected any more. */
  | { row: HostRow; is: 'forgotten' };

/**
 * Finds the stored event of each row: by channel, bridge and content, whatever the host believed. One stored event is
 * one row's only, since identical bodies can be two events: the nearest in time.
 *
 * @param claimed ids of events that rows before these have found
 */
export function compare(rows: readonly HostRow[], known: readonly KnownEvent[], claimed: ReadonlySet<number>): Found[] {
  const free = known.filter(({ id }) => !claimed.has(id));
  const byContent = grouped(free, (event) => contentOf(described(event)));
  const eventOf = new Map<HostRow, KnownEvent>();
  for (const [content, same] of grouped(rows, (row) => row.content)) {
    for (const [row, event] of pairs(same, byContent.get(content) ?? [])) eventOf.set(row, event);
  }
  const forgotten = known.filter((event) => event.forgotten);
  const channels = new Set(forgotten.map((event) => event.unique_id));
  const bridges = new Set(forgotten.map((event) => event.bridge_id));
  const isForgotten = ({ event: { uniqueId, bridgeId } }: HostRow): boolean =>
    (uniqueId !== '' && channels.has(uniqueId)) || (bridgeId !== '' && bridges.has(bridgeId));
  return rows.map((row) => {
    const event = eventOf.get(row);
    if (event) return { row, is: 'arrived', event };
    return { row, is: isForgotten(row) ? 'forgotten' : 'missing' };
  });
}

/** No call comes near; more are paired in order, so that a file of one event only costs no more than others do. */
const MANY_PAIRS = 10_000;

/** What the host was told 200 for is there in any case and chooses first. */
function pairs(rows: HostRow[], events: KnownEvent[]): [HostRow, KnownEvent][] {
  if (rows.length * events.length > MANY_PAIRS) return inOrder(rows, events);
  const distance = (row: HostRow, event: KnownEvent): number => Math.abs(row.at - event.event_timestamp.getTime());
  const left = new Set(events);
  const found: [HostRow, KnownEvent][] = [];
  for (const accepted of [true, false]) {
    const candidates = rows
      .filter((row) => isAccepted(row) === accepted)
      .flatMap((row) => [...left].map((event): [HostRow, KnownEvent] => [row, event]))
      .sort((one, other) => distance(...one) - distance(...other));
    const taken = new Set<HostRow>();
    for (const [row, event] of candidates) {
      if (taken.has(row) || !left.delete(event)) continue;
      taken.add(row);
      found.push([row, event]);
    }
  }
  return found;
}

function inOrder(rows: HostRow[], events: KnownEvent[]): [HostRow, KnownEvent][] {
  const oldestFirst = events.toSorted(
    (one, other) => +one.event_timestamp - +other.event_timestamp || one.id - other.id,
  );
  return rows.slice(0, events.length).flatMap((row, place) => {
    const event = oldestFirst[place];
    return event ? [[row, event]] : [];
  });
}

const described = (event: KnownEvent) => ({
  eventType: event.event_type,
  uniqueId: event.unique_id,
  bridgeId: event.bridge_id,
  body: event.raw_data,
});

function grouped<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}

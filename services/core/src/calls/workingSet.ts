import { callsToFold, relatedEvents, type Queryable, type StoredEvent } from '@live-calls/shared/db';
import type { EnterpriseNumber } from '@live-calls/shared/contracts';
import type { CallEvent } from './fold/event.js';
import { withHistory, type StoredHistory, type StoredView, type Tracked } from './tracked.js';
import { isExtension, isPhone, readNumber } from '@live-calls/shared/phone';
import { readCaller, type Numbering } from './fold/number.js';
import { isClockWrong, REBOOT_MS } from './wrongClock.js';

/** Events of no call yet are looked for this far around the new ones: a leg's events come within seconds. ms */
const LOOSE_WITHIN = 180_000;

/** A leg that shares only the client's phone with its call comes while the call runs, or shortly before it. ms */
const CALL_BEFORE = 3_600_000;
const CALL_AFTER = 90_000;

/** No call, no bridge and no channel lasts longer. ms */
const LONGEST_CALL = 12 * 3_600_000;

/** A stored event with what the fold reads in it. */
export interface FoldedEvent {
  stored: StoredEvent;
  event: CallEvent;
}

export interface WorkingSet {
  /** Oldest first. */
  events: FoldedEvent[];
  /** What is remembered of calls that they may change; of those below it has to be looked up. */
  tracked: Tracked[];
  /** Further calls (uuids) that some of the events belong to. */
  others: string[];
  /** No event of them is older. */
  since: Date;
}

interface Fresh {
  events: FoldedEvent[];
  now: Date;
}

/**
 * Everything that has to be folded together with the fresh events: of their calls and of the open ones, whatever shares
 * a channel or a bridge with any of it, and what belongs to no call yet. It depends on the calls at hand, not on how
 * much history there is.
 *
 */
export async function workingSet(
  client: Queryable,
  enterpriseNumber: EnterpriseNumber,
  { events, now }: Fresh,
  read: (stored: StoredEvent) => FoldedEvent,
  numbering: Numbering,
): Promise<WorkingSet> {
  const times = events.map(({ event }) => event.at);
  const first = Math.min(now.getTime(), ...times);
  const last = Math.max(first, ...times);
  const since = new Date(first - LONGEST_CALL);
  const found = new Map(events.map((event) => [event.stored.id, event]));
  const asked = { calls: new Set<string>(), uniqueIds: new Set<string>(), bridgeIds: new Set<string>() };
  const isAnothers = (stored: StoredEvent): boolean =>
    isClockWrong(stored.unique_id) && stored.event_timestamp.getTime() < first - REBOOT_MS;
  const add = (rows: StoredEvent[]): void => {
    for (const stored of rows) if (!found.has(stored.id) && !isAnothers(stored)) found.set(stored.id, read(stored));
  };
  const notAsked = (kind: keyof typeof asked, values: string[]): string[] => {
    const fresh = [...new Set(values)].filter((value) => value !== '' && !asked[kind].has(value));
    for (const value of fresh) asked[kind].add(value);
    return fresh;
  };

  const remembered = await callsToFold<StoredView, StoredHistory>(client, enterpriseNumber, {
    phones: phonesIn(events, numbering),
    extensions: legExtensionsIn(events),
    from: new Date(first - CALL_BEFORE),
    to: new Date(last + CALL_AFTER),
  });
  const tracked = [...new Map(remembered.map((row) => [row.uuid, withHistory(row)])).values()];
  let calls = tracked.map((row) => row.uuid);
  let bridges = tracked.flatMap((row) => row.view.bridges);
  let loose: { from: Date; to: Date } | undefined = {
    from: new Date(first - LOOSE_WITHIN),
    to: new Date(last + LOOSE_WITHIN),
  };
  for (;;) {
    const all = [...found.values()];
    const relation = {
      calls: notAsked('calls', [...calls, ...all.map(({ stored }) => stored.call_uuid ?? '')]),
      uniqueIds: notAsked(
        'uniqueIds',
        // All events of a channel that has a call are found by the call.
        all.flatMap(({ stored, event }) => (stored.call_uuid === null ? withNeighbours(event.uniqueId) : [])),
      ),
      bridgeIds: notAsked('bridgeIds', [...bridges, ...all.map(({ event }) => event.bridgeId)]),
    };
    const nothing = relation.calls.length + relation.uniqueIds.length + relation.bridgeIds.length === 0;
    if (nothing && !loose) break;
    add(await relatedEvents(client, enterpriseNumber, { ...relation, ...(loose ? { loose } : {}), since }));
    loose = undefined;
    calls = [];
    bridges = [];
  }
  const others = [...asked.calls].filter((uuid) => !tracked.some((row) => row.uuid === uuid));
  return { events: [...found.values()].sort(byTime), tracked, others, since };
}

const byTime = (one: FoldedEvent, other: FoldedEvent): number =>
  one.event.at - other.event.at || one.stored.id - other.stored.id;

/** The halves of a `Local/` channel have neighbouring UniqueIds and may share nothing else. */
function withNeighbours(uniqueId: string): string[] {
  const match = /^(\d+)\.(\d+)$/.exec(uniqueId);
  if (!match) return [uniqueId];
  const [, epoch = '', serial = ''] = match;
  return [uniqueId, `${epoch}.${String(Number(serial) - 1)}`, `${epoch}.${String(Number(serial) + 1)}`];
}

function phonesIn(events: FoldedEvent[], numbering: Numbering): string[] {
  const numbers = events.flatMap(({ event }) => [
    readCaller(event.phone, event.trunk, numbering),
    ...[event.phone, event.callerNumber, event.connectedNumber, ...event.extensions].map((number) =>
      readNumber(number, numbering.country),
    ),
  ]);
  return [...new Set(numbers.filter(isPhone))];
}

/** Who may be transferring or redirecting a call: such a leg shares nothing else with it. */
function legExtensionsIn(events: FoldedEvent[]): string[] {
  const legs = events.filter(({ event }) => event.channel.startsWith('Local/') || event.callType === 1);
  const numbers = legs.flatMap(({ event }) => [...event.extensions, event.callerNumber, event.connectedNumber]);
  return [...new Set(numbers.filter(isExtension))];
}

import {
  callsToFold,
  MOST_RELATED_EVENTS,
  relatedEvents,
  type Queryable,
  type StoredEvent,
} from '@live-calls/shared/db';
import type { EnterpriseNumber } from '@live-calls/shared/contracts';
import { TooMuchEffort } from './fold/effort.js';
import type { CallEvent } from './fold/event.js';
import { withHistory, type StoredHistory, type StoredView, type Tracked } from './tracked.js';
import { isExtension, isPhone, readNumber } from '@live-calls/shared/phone';
import { readCaller, type Numbering } from './fold/number.js';
import { spansOf, type Span } from './spans.js';
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
 * much history there is: what is recovered and what is live may be months apart.
 *
 * @throws TooMuchEffort when it has more events than the calls of a tenant can have
 */
export async function workingSet(
  client: Queryable,
  enterpriseNumber: EnterpriseNumber,
  { events, now }: Fresh,
  read: (stored: StoredEvent) => FoldedEvent,
  numbering: Numbering,
): Promise<WorkingSet> {
  const times = events.map(({ event }) => event.at);
  const spans = spansOf(times.length > 0 ? times : [now.getTime()], CALL_BEFORE);
  const tracked = await remembered(client, enterpriseNumber, spans, events, numbering);
  const begins = tracked.map((row) => row.started_at.getTime());
  const since = new Date(Math.min(now.getTime(), ...times, ...begins) - LONGEST_CALL);
  const due = new Set(tracked.filter((row) => row.wake_at !== null && row.wake_at <= now).map((row) => row.uuid));
  const freshIds = new Set(events.map(({ stored }) => stored.unique_id));
  const found = new Map(events.map((event) => [event.stored.id, event]));
  const asked = { calls: new Set<string>(), uniqueIds: new Set<string>(), bridgeIds: new Set<string>() };
  const isOfBoot = (at: number): boolean =>
    spans.some(({ from, to }) => at >= from - REBOOT_MS && at <= to + LONGEST_CALL);
  const isAnothers = ({ unique_id: id, event_timestamp: at, call_uuid: call }: StoredEvent): boolean =>
    isClockWrong(id) && !isOfBoot(at.getTime()) && !(call !== null && due.has(call) && !freshIds.has(id));
  const add = (rows: StoredEvent[]): void => {
    for (const stored of rows) if (!found.has(stored.id) && !isAnothers(stored)) found.set(stored.id, read(stored));
    if (Math.max(found.size, rows.length) >= MOST_RELATED_EVENTS)
      throw new TooMuchEffort('too many events that could belong together');
  };
  const notAsked = (kind: keyof typeof asked, values: string[]): string[] => {
    const fresh = [...new Set(values)].filter((value) => value !== '' && !asked[kind].has(value));
    for (const value of fresh) asked[kind].add(value);
    return fresh;
  };

  let calls = tracked.map((row) => row.uuid);
  let bridges = tracked.flatMap((row) => row.view.bridges);
  const [loose, ...moreLoose] = spans.map(({ from, to }) => ({
    from: new Date(from - LOOSE_WITHIN),
    to: new Date(to + LOOSE_WITHIN),
  }));
  for (const each of moreLoose) {
    add(await relatedEvents(client, enterpriseNumber, { calls: [], uniqueIds: [], bridgeIds: [], loose: each, since }));
  }
  let around = loose;
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
    if (nothing && !around) break;
    add(await relatedEvents(client, enterpriseNumber, { ...relation, ...(around ? { loose: around } : {}), since }));
    around = undefined;
    calls = [];
    bridges = [];
  }
  const others = [...asked.calls].filter((uuid) => !tracked.some((row) => row.uuid === uuid));
  return { events: [...found.values()].sort(byTime), tracked, others, since };
}

/** The tenant's open calls and those that time has changed; and around the new events those that share somebody with them. */
async function remembered(
  client: Queryable,
  enterpriseNumber: EnterpriseNumber,
  spans: readonly Span[],
  events: FoldedEvent[],
  numbering: Numbering,
): Promise<Tracked[]> {
  const wanted = { phones: phonesIn(events, numbering), extensions: legExtensionsIn(events) };
  const rows = new Map<string, Tracked>();
  for (const { from, to } of spans) {
    const around = { from: new Date(from - CALL_BEFORE), to: new Date(to + CALL_AFTER) };
    const found = await callsToFold<StoredView, StoredHistory>(client, enterpriseNumber, { ...wanted, ...around });
    for (const row of found) rows.set(row.uuid, withHistory(row));
  }
  return [...rows.values()];
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

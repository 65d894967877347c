import { randomUUID } from 'node:crypto';
import { loadTrackedCalls, type Queryable, type StoredEvent } from '@live-calls/shared/db';
import { unaskedOf, type Unasked } from '../names/unasked.js';
import type { CallToShow } from '../notify/callToShow.js';
import type { Tenant } from '../tenants/tenant.js';
import type { Call } from './call.js';
import { blamingEvents } from './eventError.js';
import { callsFrom } from './fold/callsFrom.js';
import { readEvent } from './fold/event.js';
import type { Numbering } from './fold/number.js';
import { ownerOf, ownersOf } from './owners.js';
import { reconcile, type Change, type Touched } from './reconcile.js';
import { settleClients } from './settleClients.js';
import { withHistory, type StoredHistory, type StoredView, type Tracked } from './tracked.js';
import { workingSet, type FoldedEvent, type WorkingSet } from './workingSet.js';

export interface FoldOptions {
  /** Base of recording links; undefined: there are none. */
  publicUrl: string | undefined;
  now: () => Date;
  /** How long a call's first message may wait for its client's name, milliseconds; unset: not at all. */
  nameWaitMs?: (tenant: Tenant, phone: string) => number;
}

/** What new events of a tenant come to. */
export interface Folded {
  tenant: Tenant;
  changes: Change[];
  shown: (CallToShow & { firstWaitMs: number })[];
  /** The new events, and others that turned out to be of another call than before. */
  toMark: (StoredEvent & { callUuid: string | null })[];
  unasked: Unasked[];
  /** How long nothing else could be done because of the fold, milliseconds. */
  foldMs: number;
  /** The new events with all that belong together with them. */
  related: number;
}

/**
 * Folds new events of a tenant with whatever belongs together with them. Only the counters of clients are written: what
 * one call counts, the next one finds.
 *
 * @param client in a transaction that has taken the tenant
 * @throws TooMuchEffort when no fold of these events can be afforded
 */
export async function foldTenant(
  client: Queryable,
  { publicUrl, now, nameWaitMs = () => 0 }: FoldOptions,
  tenant: Tenant,
  stored: readonly StoredEvent[],
): Promise<Folded> {
  const fresh = stored.map(read);
  const at = now();
  const numbering = numberingOf(tenant);
  const set = await workingSet(client, tenant.number, { events: fresh, now: at }, read, numbering);
  const { events } = set;
  const told = events.map(({ event }) => event);
  const began = performance.now();
  const calls = blamingEvents(() => callsFrom(told, numbering, at.getTime()));
  const foldMs = performance.now() - began;
  const tracked = [...set.tracked, ...(await lookUp(client, tenant, set, calls))];
  const changes = reconcile(calls, tracked, touchedBy(fresh, at), randomUUID);

  const known = await settleClients(client, tenant, changes, publicUrl);
  const unasked = unaskedOf(tenant, known);
  const waits = new Map(unasked.map(({ uuid, phone }) => [uuid, nameWaitMs(tenant, phone)]));
  const owners = ownersOf(changes, tracked);
  const isFresh = new Set(fresh.map(({ stored: { id } }) => id));
  const marks = events.map((event) => ({ ...event.stored, callUuid: ownerOf(event.stored, owners) }));
  const toldAt = newestPosted(marks);
  return {
    tenant,
    changes,
    shown: known.map(({ shown }) => ({
      ...shown,
      toldAt: toldAt.get(shown.uuid),
      firstWaitMs: waits.get(shown.uuid) ?? 0,
    })),
    toMark: marks.filter(
      ({ id, call_uuid, callUuid }) => isFresh.has(id) || (callUuid !== null && callUuid !== call_uuid),
    ),
    unasked,
    foldMs,
    related: events.length,
  };
}

/** What is remembered of calls that only the fold has brought up. */
async function lookUp(client: Queryable, tenant: Tenant, set: WorkingSet, calls: Call[]): Promise<Tracked[]> {
  const known = new Set(set.tracked.map((row) => row.anchor));
  const anchors = calls.map((call) => call.anchor).filter((anchor) => !known.has(anchor));
  if (anchors.length === 0 && set.others.length === 0) return [];
  const wanted = { uuids: set.others, anchors, since: set.since };
  const rows = await loadTrackedCalls<StoredView, StoredHistory>(client, tenant.number, wanted);
  return rows.filter((row) => !set.tracked.some(({ uuid }) => uuid === row.uuid)).map(withHistory);
}

/** When the newest event came in that a host posted, by call. */
function newestPosted(marks: readonly (StoredEvent & { callUuid: string | null })[]): Map<string, Date> {
  const newest = new Map<string, Date>();
  for (const { callUuid, data_source: source, event_timestamp: at } of marks) {
    if (callUuid === null || source !== 'live') continue;
    if (at > (newest.get(callUuid) ?? 0)) newest.set(callUuid, at);
  }
  return newest;
}

const touchedBy = (fresh: FoldedEvent[], at: Date): Touched => ({
  keys: new Set(fresh.flatMap(({ event }) => [event.uniqueId, event.bridgeId]).filter((key) => key !== '')),
  due: (row) => row.wake_at !== null && row.wake_at <= at,
});

const read = (stored: StoredEvent): FoldedEvent => ({ stored, event: blamingEvents(() => readEvent(stored)) });

const numberingOf = (tenant: Tenant): Numbering => ({
  country: tenant.country,
  transformOf: (line) => tenant.lines.get(line)?.incomingTransform ?? null,
});

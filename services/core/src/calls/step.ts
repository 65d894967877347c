import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import type { EnterpriseNumber } from '@live-calls/shared/contracts';
import {
  allAnswered,
  inTransaction,
  loadTrackedCalls,
  markProcessed,
  recallLastCalls,
  removeFinishedCalls,
  saveFinishedCalls,
  takeTenant,
  trackCalls,
  unprocessedEvents,
  type Queryable,
  type StoredEvent,
} from '@live-calls/shared/db';
import { oweEvents } from '../dispatch/oweEvents.js';
import { unaskedOf, type Unasked } from '../names/unasked.js';
import type { CallToShow } from '../notify/callToShow.js';
import { showCalls } from '../notify/showCalls.js';
import type { Tenant } from '../tenants/tenant.js';
import type { Call } from './call.js';
import { blamingEvents } from './eventError.js';
import { callsFrom } from './fold/callsFrom.js';
import { readEvent } from './fold/event.js';
import type { Numbering } from './fold/number.js';
import { finishedCall } from './finishedCall.js';
import { ownerOf, ownersOf } from './owners.js';
import { reconcile, type Change, type Touched } from './reconcile.js';
import { settleClients } from './settleClients.js';
import { withHistory, type StoredHistory, type StoredView, type Tracked } from './tracked.js';
import { workingSet, type FoldedEvent, type WorkingSet } from './workingSet.js';

export interface StepOptions {
  pool: pg.Pool;
  /** Base of recording links; undefined: there are none. */
  publicUrl: string | undefined;
  now: () => Date;
  /** How long a call's first message may wait for its client's name, milliseconds; unset: not at all. */
  nameWaitMs?: (tenant: Tenant, phone: string) => number;
}

export interface StepDone {
  kind: 'done';
  events: number;
  more: boolean;
  shown: CallToShow[];
  /** Messages that became due, or will. */
  armed: number;
  /** Events that are owed to CRMs. */
  owed: number;
  unasked: Unasked[];
  /** How long nothing else could be done because of the fold, milliseconds. */
  foldMs: number;
}

export type StepResult = { kind: 'busy' } | StepDone;

/**
 * One step of a tenant: its oldest unprocessed events become calls, rows, counters and wanted messages, all in one
 * transaction. Before its commit nothing has happened, after it the rest is owed and recorded.
 *
 * @param limit most events at once
 * @returns `busy` when another process is at this tenant
 * @throws TooMuchEffort when no fold of these events can be afforded
 */
export async function step(
  { pool, publicUrl, now, nameWaitMs = () => 0 }: StepOptions,
  tenant: Tenant,
  limit: number,
): Promise<StepResult> {
  const open = (client: Queryable): Promise<[boolean, StoredEvent[]]> =>
    allAnswered([takeTenant(client, tenant.number), unprocessedEvents(client, tenant.number, limit)]);
  const work = async (client: Queryable, [isMine, stored]: [boolean, StoredEvent[]]): Promise<StepResult> => {
    if (!isMine) return { kind: 'busy' };
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
    const isFresh = new Set(fresh.map(({ stored }) => stored.id));
    const marks = events.map(({ stored }) => ({ ...stored, callUuid: ownerOf(stored, owners) }));
    // Fresh events are marked in any case, others when they turned out to be of another call.
    const toldAt = newestPosted(marks);
    const shown = known.map((each) => ({ ...each.shown, toldAt: toldAt.get(each.shown.uuid) }));
    const toMark = marks.filter(
      ({ id, call_uuid, callUuid }) => isFresh.has(id) || (callUuid !== null && callUuid !== call_uuid),
    );
    const [owed, armed] = await allAnswered([
      // First: it names the calls that CRMs learn of, before they are written.
      oweEvents(client, tenant, changes),
      showCalls(client, tenant, shown, ({ uuid }) => waits.get(uuid) ?? 0),
      trackCalls(
        client,
        tenant.number,
        changes.map(({ after }) => after),
      ),
      writeCalls(client, tenant.number, shown),
      recallLastCalls(client, tenant.number, phonesCorrected(changes)),
      markProcessed(client, tenant.number, toMark),
    ]);
    return { kind: 'done', events: fresh.length, more: fresh.length === limit, shown, armed, owed, unasked, foldMs };
  };
  return inTransaction(pool, work, open);
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

/** Clients of whom a call that was counted is told differently now. */
const phonesCorrected = (changes: Change[]): string[] =>
  changes.flatMap(({ before }) => (before?.counted_as ? [before.phone] : []));

async function writeCalls(client: Queryable, enterpriseNumber: EnterpriseNumber, shown: CallToShow[]): Promise<void> {
  const finished = shown.filter(({ call, retracted }) => !retracted && call.state === 'final');
  const retracted = shown.filter((one) => one.retracted).map(({ uuid }) => uuid);
  await allAnswered([
    saveFinishedCalls(
      client,
      enterpriseNumber,
      finished.map(({ uuid, call, recordUrl }) => finishedCall(uuid, call, recordUrl)),
    ),
    removeFinishedCalls(client, enterpriseNumber, retracted),
  ]);
}

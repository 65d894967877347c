import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import type { EnterpriseNumber } from '@live-calls/shared/contracts';
import {
  countCall,
  findCustomers,
  inTransaction,
  loadTrackedCalls,
  markProcessed,
  recallLastCalls,
  removeFinishedCalls,
  saveFinishedCalls,
  takeTenant,
  trackCalls,
  unprocessedEvents,
  type Customer,
  type Queryable,
  type StoredEvent,
} from '@live-calls/shared/db';
import type { CallToShow, ClientHistory } from '../notify/callToShow.js';
import { showCalls } from '../notify/showCalls.js';
import type { Tenant } from '../tenants/tenant.js';
import type { Call } from './call.js';
import { blamingEvents } from './eventError.js';
import { callsFrom } from './fold/callsFrom.js';
import { readEvent } from './fold/event.js';
import type { Numbering } from './fold/number.js';
import { finishedCall } from './finishedCall.js';
import { reconcile, type Change, type Touched } from './reconcile.js';
import { withHistory, type StoredHistory, type StoredView, type Tracked } from './tracked.js';
import { workingSet, type FoldedEvent, type WorkingSet } from './workingSet.js';

export interface StepOptions {
  pool: pg.Pool;
  /** Base of recording links; undefined: there are none. */
  publicUrl: string | undefined;
  now: () => Date;
}

export type StepResult =
  { kind: 'busy' } | { kind: 'done'; events: number; more: boolean; shown: CallToShow[]; armed: number };

/**
 * One step of a tenant: its oldest unprocessed events become calls, rows, counters and wanted messages, all in one
 * transaction. Before its commit nothing has happened, after it the rest is owed and recorded.
 *
 * @param limit most events at once
 * @returns `busy` when another process is at this tenant
 */
export async function step({ pool, publicUrl, now }: StepOptions, tenant: Tenant, limit: number): Promise<StepResult> {
  return inTransaction(pool, async (client) => {
    if (!(await takeTenant(client, tenant.number))) return { kind: 'busy' };
    const fresh = (await unprocessedEvents(client, tenant.number, limit)).map(read);
    const at = now();
    const numbering = numberingOf(tenant);
    const set = await workingSet(client, tenant.number, { events: fresh, now: at }, read, numbering);
    const { events } = set;
    const told = events.map(({ event }) => event);
    const calls = blamingEvents(() => callsFrom(told, numbering, at.getTime()));
    const tracked = [...set.tracked, ...(await lookUp(client, tenant, set, calls))];
    const changes = reconcile(calls, tracked, touchedBy(fresh, at), randomUUID);

    const shown = await settleClients(client, tenant, changes, publicUrl);
    await trackCalls(
      client,
      tenant.number,
      changes.map(({ after }) => after),
    );
    await writeCalls(client, tenant.number, shown);
    await recallLastCalls(client, tenant.number, phonesCorrected(changes));
    const armed = await showCalls(client, tenant, shown);
    const owners = ownersOf(changes, tracked);
    const isFresh = new Set(fresh.map(({ stored }) => stored.id));
    const marks = events.map(({ stored }) => ({ ...stored, callUuid: ownerOf(stored, owners) }));
    // Fresh events are marked in any case, others when they turned out to be of another call.
    const toMark = marks.filter(
      ({ id, call_uuid, callUuid }) => isFresh.has(id) || (callUuid !== null && callUuid !== call_uuid),
    );
    await markProcessed(client, tenant.number, toMark);
    return { kind: 'done', events: fresh.length, more: fresh.length === limit, shown, armed };
  });
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

const touchedBy = (fresh: FoldedEvent[], at: Date): Touched => ({
  keys: new Set(fresh.flatMap(({ event }) => [event.uniqueId, event.bridgeId]).filter((key) => key !== '')),
  due: (row) => row.wake_at !== null && row.wake_at <= at,
});

const read = (stored: StoredEvent): FoldedEvent => ({ stored, event: blamingEvents(() => readEvent(stored)) });

const numberingOf = (tenant: Tenant): Numbering => ({
  country: tenant.country,
  transformOf: (line) => tenant.lines.get(line)?.incomingTransform ?? null,
});

/** In the order in which the calls began: the second call of a client finds the first one in its history. */
async function settleClients(
  client: pg.PoolClient,
  tenant: Tenant,
  changes: Change[],
  publicUrl: string | undefined,
): Promise<CallToShow[]> {
  const shown: CallToShow[] = [];
  const visible = changes.filter((change) => change.visible);
  for (const { before, after, call } of visible.toSorted(
    (one, other) => +one.after.started_at - +other.after.started_at,
  )) {
    const [customer] = after.phone ? await findCustomers(client, tenant.number, [after.phone]) : [];
    if (!before?.counted_as) after.history ??= historyOf(customer, after.started_at);
    await count(client, tenant.number, before, after, call.talked.at(-1) ?? '');
    const hasRecording =
      call.state === 'final' && call.answered && tenant.recordingsUrl !== null && publicUrl !== undefined;
    shown.push({
      uuid: after.uuid,
      call,
      retracted: after.state === 'retracted',
      clientName: nameOf(customer),
      history: after.history,
      recordUrl: hasRecording ? `${publicUrl}/recordings/${after.uuid}` : null,
    });
  }
  return shown;
}

async function count(
  client: pg.PoolClient,
  enterpriseNumber: EnterpriseNumber,
  before: Change['before'],
  after: Change['after'],
  extension: string,
): Promise<void> {
  const was = before?.counted_as ?? null;
  const startedAt = after.started_at;
  if (before && was && before.phone !== after.phone) {
    await countCall(client, enterpriseNumber, { phone: before.phone, before: was, after: null, startedAt, extension });
    await count(client, enterpriseNumber, null, after, extension);
  } else if (after.phone && (was ?? after.counted_as)) {
    await countCall(client, enterpriseNumber, {
      phone: after.phone,
      before: was,
      after: after.counted_as,
      startedAt,
      extension,
    });
  }
}

/** Clients of whom a call that was counted is told differently now. */
const phonesCorrected = (changes: Change[]): string[] =>
  changes.flatMap(({ before }) => (before?.counted_as ? [before.phone] : []));

function historyOf(customer: Customer | undefined, startedAt: Date): ClientHistory | null {
  if (!customer?.last_call_at || customer.total_in === 0 || customer.last_call_at >= startedAt) return null;
  return {
    callsIn: customer.total_in,
    lastAt: customer.last_call_at,
    lastAnswered: customer.last_call_answered ?? false,
    lastExtension: customer.last_call_extension ?? '',
  };
}

function nameOf(customer: Customer | undefined): string | null {
  const { enterprise_name, last_name, first_name, middle_name } = customer ?? {};
  const fullName = [last_name, first_name, middle_name].filter(Boolean).join(' ');
  return enterprise_name ?? (fullName === '' ? null : fullName);
}

async function writeCalls(
  client: pg.PoolClient,
  enterpriseNumber: EnterpriseNumber,
  shown: CallToShow[],
): Promise<void> {
  const finished = shown.filter(({ call, retracted }) => !retracted && call.state === 'final');
  const retracted = shown.filter((one) => one.retracted).map(({ uuid }) => uuid);
  await saveFinishedCalls(
    client,
    enterpriseNumber,
    finished.map(({ uuid, call, recordUrl }) => finishedCall(uuid, call, recordUrl)),
  );
  await removeFinishedCalls(client, enterpriseNumber, retracted);
}

interface Owners {
  byChannel: Map<string, string>;
  byBridge: Map<string, string>;
}

/** Which call each channel and bridge belongs to after this step. */
function ownersOf(changes: Change[], tracked: { uuid: string; state: string; view: StoredView }[]): Owners {
  const owners: Owners = { byChannel: new Map(), byBridge: new Map() };
  const changed = new Set(changes.map(({ after }) => after.uuid));
  const unchanged = tracked.filter((row) => row.state !== 'retracted' && !changed.has(row.uuid));
  const current = changes.filter(({ after }) => after.state !== 'retracted').map(({ after }) => after);
  for (const { uuid, view } of [...unchanged, ...current]) {
    for (const channel of view.channels) owners.byChannel.set(channel, uuid);
    for (const bridge of view.bridges) owners.byBridge.set(bridge, uuid);
  }
  return owners;
}

const ownerOf = (stored: StoredEvent, { byChannel, byBridge }: Owners): string | null =>
  byChannel.get(stored.unique_id) ?? byBridge.get(stored.bridge_id) ?? null;

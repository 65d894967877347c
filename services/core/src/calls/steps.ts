import type pg from 'pg';
import {
  allAnswered,
  inTransaction,
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
import type { Unasked } from '../names/unasked.js';
import type { CallToShow } from '../notify/callToShow.js';
import { showCalls } from '../notify/showCalls.js';
import type { Tenant } from '../tenants/tenant.js';
import { finishedCall } from './finishedCall.js';
import { foldTenant, type Folded, type FoldOptions } from './foldTenant.js';

export interface StepOptions extends FoldOptions {
  pool: pg.Pool;
  /** Told which events a tenant's step takes, before any of them can be to blame for anything. */
  onTaken?: (tenant: Tenant, events: readonly StoredEvent[]) => void;
}

/** A tenant that is to make a step. */
export interface Turn {
  tenant: Tenant;
  /** Most events at once. */
  limit: number;
}

export interface StepDone {
  kind: 'done';
  events: number;
  more: boolean;
  shown: CallToShow[];
  /** Messages became due, or will. */
  isArmed: boolean;
  /** Events are owed to CRMs. */
  isOwed: boolean;
  unasked: Unasked[];
  /** How long nothing else could be done because of the fold, milliseconds. */
  foldMs: number;
  /** The events of the step with all that belong together with them. */
  related: number;
}

export type StepResult = { kind: 'busy' } | StepDone;

/**
 * A step of each of the given tenants: its oldest unprocessed events become calls, rows, counters and wanted messages. All
 * in one transaction: for many, PostgreSQL and the way to it have little more to do than for one. Before its commit nothing
 * has happened, after it the rest is owed and recorded.
 *
 * @param turns each of another tenant
 * @returns in their order; `busy` when another process is at the tenant
 * @throws what any of the steps throws: then none was made
 * @throws TooMuchEffort when no fold of a tenant's events can be afforded
 */
export async function steps(options: StepOptions, turns: readonly Turn[]): Promise<StepResult[]> {
  const open = (client: Queryable): Promise<Opened[]> => allAnswered(turns.map((turn) => openStep(client, turn)));
  const work = async (client: Queryable, opened: Opened[]): Promise<StepResult[]> => {
    for (const each of opened) if (each) options.onTaken?.(each.tenant, each.stored);
    const folds = await allAnswered(
      opened.map((each) => each && foldTenant(client, options, each.tenant, each.stored)),
    );
    const { armed, owed } = await write(
      client,
      folds.filter((folded) => folded !== null),
    );
    return folds.map((folded, place) => {
      const one = opened[place];
      if (!folded || !one) return { kind: 'busy' };
      const { shown, unasked, foldMs, related, tenant } = folded;
      const [events, more] = [one.stored.length, one.stored.length === one.limit];
      const [isArmed, isOwed] = [armed.has(tenant.number), owed.has(tenant.number)];
      return { kind: 'done', events, more, shown, isArmed, isOwed, unasked, foldMs, related };
    });
  };
  return inTransaction(options.pool, work, open);
}

/** Null: another process is at the tenant. */
type Opened = (Turn & { stored: StoredEvent[] }) | null;

async function openStep(client: Queryable, turn: Turn): Promise<Opened> {
  const { number } = turn.tenant;
  const [isMine, stored] = await allAnswered([
    takeTenant(client, number),
    unprocessedEvents(client, number, turn.limit),
  ]);
  return isMine ? { ...turn, stored } : null;
}

/** Writes what the folds of several tenants say, what is new in one statement of each kind. @returns who got what to be delivered */
async function write(client: Queryable, folds: readonly Folded[]): Promise<{ armed: Set<string>; owed: Set<string> }> {
  const shown = folds.flatMap((folded) => folded.shown.map((call) => ({ ...call, tenant: folded.tenant })));
  const [owed, armed] = await allAnswered([
    // First: it names the calls that CRMs learn of, before they are written.
    oweEvents(client, folds),
    showCalls(client, shown),
    trackCalls(client, folds.flatMap(trackedOf)),
    saveFinishedCalls(
      client,
      shown.filter(({ call, retracted }) => !retracted && call.state === 'final').map(finishedCall),
    ),
    // Tenant by tenant: joined to rows of several, a plan that was made while there were few would read them all.
    ...folds.flatMap((folded) => correct(client, folded)),
  ]);
  return { owed, armed: new Set(armed.map(({ enterpriseNumber }) => enterpriseNumber)) };
}

const trackedOf = ({ tenant, changes }: Folded) =>
  changes.map(({ after }) => ({ ...after, enterpriseNumber: tenant.number }));

function correct(client: Queryable, { tenant: { number }, shown, changes, toMark }: Folded): Promise<void>[] {
  const retracted = shown.flatMap((one) => (one.retracted ? [one.uuid] : []));
  // Clients of whom a call that was counted is told differently now.
  const phones = changes.flatMap(({ before }) => (before?.counted_as ? [before.phone] : []));
  return [
    removeFinishedCalls(client, number, retracted),
    recallLastCalls(client, number, phones),
    markProcessed(client, number, toMark),
  ];
}

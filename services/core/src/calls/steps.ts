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
      const { shown, unasked, foldMs, tenant } = folded;
      const [events, more] = [one.stored.length, one.stored.length === one.limit];
      const [isArmed, isOwed] = [armed.has(tenant.number), owed.has(tenant.number)];
      return { kind: 'done', events, more, shown, isArmed, isOwed, unasked, foldMs };
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

/** Writes what the folds of several tenants say, each kind of it in one statement. @returns who got what to be delivered */
async function write(client: Queryable, folds: readonly Folded[]): Promise<{ armed: Set<string>; owed: Set<string> }> {
  const ofAll = <Part, Row>(
    partsOf: (folded: Folded) => readonly Part[],
    rowOf: (part: Part, tenant: Tenant) => Row,
  ): Row[] => folds.flatMap((folded) => partsOf(folded).map((part) => rowOf(part, folded.tenant)));
  const shown = ofAll(
    (folded) => folded.shown,
    (call, tenant) => ({ ...call, tenant }),
  );
  const [owed, armed] = await allAnswered([
    // First: it names the calls that CRMs learn of, before they are written.
    oweEvents(client, folds),
    showCalls(client, shown),
    trackCalls(
      client,
      ofAll(
        ({ changes }) => changes,
        ({ after }, { number }) => ({ ...after, enterpriseNumber: number }),
      ),
    ),
    saveFinishedCalls(
      client,
      shown.filter(({ call, retracted }) => !retracted && call.state === 'final').map(finishedCall),
    ),
    removeFinishedCalls(
      client,
      shown.flatMap(({ retracted, uuid, tenant }) => (retracted ? [{ enterpriseNumber: tenant.number, uuid }] : [])),
    ),
    recallLastCalls(
      client,
      ofAll(phonesCorrected, (phone, { number }) => ({ enterpriseNumber: number, phone })),
    ),
    markProcessed(
      client,
      ofAll(
        ({ toMark }) => toMark,
        (mark, { number }) => ({ ...mark, enterpriseNumber: number }),
      ),
    ),
  ]);
  return { owed, armed: new Set(armed.map(({ enterpriseNumber }) => enterpriseNumber)) };
}

/** Clients of whom a call that was counted is told differently now. */
const phonesCorrected = ({ changes }: Folded): string[] =>
  changes.flatMap(({ before }) => (before?.counted_as ? [before.phone] : []));

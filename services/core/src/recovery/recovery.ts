import type pg from 'pg';
import { appendRecovered, holdRecovery, inTransaction, knownEvents, type Queryable } from '@live-calls/shared/db';
import { isDataError } from '../calls/isDataError.js';
import type { Tenant } from '../tenants/tenant.js';
import { createAttempts } from './attempts.js';
import { compare, type Found } from './compare.js';
import { createHostClock } from './hostClock.js';
import { readHostRow, type HostRow, type UselessRow } from './hostRow.js';
import { createHostTime } from './hostTime.js';
import type { RecoveryReport } from './report.js';
import { createTally } from './tally.js';

/** A row as it was found somewhere: still to be read. */
export interface RawRow {
  /** Where a person finds it. */
  place: string;
  /** An object with the columns of the host's log; undefined: what stood there is no JSON. */
  value: unknown;
}

/** One reading of a host's log: file after file, or one request. */
export interface Recovery {
  /**
   * Stores what is missing of these rows: together, and before it resolves.
   *
   * @throws when the database does not take them; what was taken before stays, and everything may be repeated
   */
  take(rows: readonly RawRow[]): Promise<void>;
  report(complete: boolean, problems?: readonly string[]): RecoveryReport;
}

interface RecoveryOptions {
  pool: pg.Pool;
  tenant: Tenant;
  /** Nothing is stored. */
  dryRun: boolean;
  /** Told of every event that was stored. */
  onStored?: (row: HostRow, id: number) => void;
}

interface Settled {
  found: Found[];
  times: Map<HostRow, Date>;
  /** Of what was stored. */
  ids: Map<HostRow, number | undefined>;
}

/**
 * Recovers the events of a host's log that are not stored. Nothing is remembered between two recoveries: what is stored
 * is the only truth, so whatever was interrupted is repeated from its begin.
 */
export function createRecovery({ pool, tenant, dryRun, onStored }: RecoveryOptions): Recovery {
  const reading = { token: tenant.token, hostTime: createHostTime(tenant.timezone) };
  const attempts = createAttempts();
  const clock = createHostClock();
  const tally = createTally();
  const claimed = new Set<number>();

  async function settle(rows: readonly HostRow[]): Promise<void> {
    if (rows.length === 0) return;
    try {
      const settled = await inTransaction(pool, (client) => search(client, rows));
      settled.found.forEach((one) => note(one, settled));
    } catch (error) {
      if (!isDataError(error)) throw error;
      // One of them cannot be stored: halve until it is alone.
      const [only] = rows;
      if (only && rows.length === 1) tally.useless({ place: only.place, reason: 'база не принимает', isOther: false });
      else for (const half of halves(rows)) await settle(half);
    }
  }

  async function search(client: Queryable, rows: readonly HostRow[]): Promise<Settled> {
    await holdRecovery(client, tenant.number);
    const ids = (values: string[]): string[] => [...new Set(values)].filter((value) => value !== '');
    const known = await knownEvents(client, tenant.number, {
      uniqueIds: ids(rows.map(({ event }) => event.uniqueId)),
      bridgeIds: ids(rows.map(({ event }) => event.bridgeId)),
    });
    const found = compare(rows, known, claimed);
    const times = clock(found);
    const missing = found.filter(({ is }) => is === 'missing').map(({ row }) => row);
    const stored = dryRun
      ? []
      : await appendRecovered(
          client,
          tenant.number,
          missing.map((row) => ({ ...row.event, eventType: row.eventType, at: times.get(row) ?? new Date(row.at) })),
        );
    return { found, times, ids: new Map(missing.map((row, place) => [row, stored[place]])) };
  }

  function note(one: Found, { times, ids }: Settled): void {
    const id = one.is === 'arrived' ? one.event.id : ids.get(one.row);
    if (id !== undefined) claimed.add(id);
    tally.found(one, times.get(one.row));
    if (one.is === 'missing' && id !== undefined) onStored?.(one.row, id);
  }

  return {
    async take(rows) {
      const read = rows.map(({ place, value }) => readHostRow(value, place, reading));
      const events: HostRow[] = [];
      for (const row of read) {
        if (isUseless(row)) tally.useless(row);
        else if (attempts(row) === 'repeated') tally.repeated();
        else events.push(row);
      }
      await settle(events);
    },
    report: (complete, problems = []) => ({
      enterprise: tenant.number,
      dry_run: dryRun,
      complete,
      problems: [...problems],
      ...tally.result(),
    }),
  };
}

const isUseless = (row: HostRow | UselessRow): row is UselessRow => 'reason' in row;

function halves<T>(items: readonly T[]): [T[], T[]] {
  const middle = Math.ceil(items.length / 2);
  return [items.slice(0, middle), items.slice(middle)];
}

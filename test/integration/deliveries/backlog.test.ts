import { randomUUID } from 'node:crypto';
import { EnterpriseNumber } from '@live-calls/shared/contracts';
import { createPool, oweDeliveries, type Owed } from '@live-calls/shared/db';
import type pg from 'pg';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { claimDeliveries, type ClaimedDelivery } from '../../../shared/src/db/deliveries.js';
import { settleDeliveries } from '../../../shared/src/db/settleDeliveries.js';
import { createTestDatabase, type TestDatabase } from '../../harness/database.js';

const TENANTS = Array.from({ length: 50 }, (_, index) => EnterpriseNumber.parse(String(2000 + index)));

let database: TestDatabase;
/** One connection: what it plans stays planned, until the table is analyzed. */
let pool: pg.Pool;
beforeEach(async () => {
  database = await createTestDatabase();
  await database.pool.query('alter table deliveries set (autovacuum_enabled = off)');
  pool = createPool(database.url, { name: 'backlog', maxConnections: 1, looksUp: true });
});
afterEach(async () => {
  await pool.end();
  await database.drop();
});

const LEASE = randomUUID();

const claim = (limit: number): Promise<ClaimedDelivery[]> =>
  claimDeliveries(pool, {
    target: 'crm',
    lease: LEASE,
    leaseMs: 60_000,
    limit,
    perTenant: 20,
    running: new Map([['1999', 1]]),
  });

const settle = (deliveries: ClaimedDelivery[]): Promise<unknown> =>
  settleDeliveries(
    pool,
    deliveries.map((delivery) => ({ delivery, lease: LEASE, verdict: { kind: 'done' } })),
    { baseMs: 1, capMs: 1 },
    'skip',
  );

/** Rows and index entries of deliveries that this connection has read so far. */
async function readSoFar(): Promise<number> {
  await pool.query('select pg_stat_force_next_flush()');
  const { rows } = await pool.query<{ read: number }>(
    `select (t.seq_tup_read + t.idx_tup_fetch + (select sum(idx_tup_read) from pg_stat_user_indexes i where i.relid = t.relid))::int
       as read
     from pg_stat_user_tables t where t.relname = 'deliveries'`,
  );
  return rows[0]?.read ?? 0;
}

const owed = (what: string, count: number): Owed[] =>
  Array.from({ length: count }, (_, index) => ({
    enterpriseNumber: TENANTS[index % TENANTS.length] ?? EnterpriseNumber.parse('2000'),
    target: 'crm',
    orderingKey: `${what} ${index % (count / 2)}`,
    dedupeKey: `${what} ${index}`,
    payload: {},
    delayMs: 0,
  }));

it('what was planned while hardly anything was pending reads no more than it looks at when much is', async () => {
  await oweDeliveries(database.pool, owed('long ago', 5_000));
  await database.pool.query(`update deliveries set state = 'done', finished_at = now()`);
  await database.pool.query('vacuum analyze deliveries');
  await oweDeliveries(database.pool, owed('one', 1));
  await settle(await claim(1));
  await oweDeliveries(database.pool, owed('backlog', 3_000));
  const before = await readSoFar();
  const claimed = await claim(100);
  const claimedAt = await readSoFar();
  await settle(claimed);
  const settledAt = await readSoFar();
  expect(claimed).toHaveLength(100);
  // It looks at the 1000 longest due, at what else has their keys, and at those that it takes.
  expect(claimedAt - before).toBeLessThan(15_000);
  expect(settledAt - claimedAt).toBeLessThan(3_000);
});

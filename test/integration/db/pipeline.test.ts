import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import type pg from 'pg';
import { allAnswered, createPool, inTransaction } from '@live-calls/shared/db';
import { prepared } from '../../../shared/src/db/prepared.js';
import { createTestDatabase, type TestDatabase } from '../../harness/database.js';
import { createTcpProxy, type TcpProxy } from '../../harness/tcpProxy.js';
import { until } from '../../harness/until.js';

let database: TestDatabase;
let proxy: TcpProxy;
let pool: pg.Pool;

beforeAll(async () => {
  database = await createTestDatabase();
  await database.pool.query('create table noted (what text primary key)');
  proxy = await createTcpProxy(Number(new URL(database.url).port));
});

afterAll(async () => {
  await proxy.close();
  await database.drop();
});

/** One connection: whatever happens to it, the next query has to get on with it, or with another in its place. */
beforeEach(async () => {
  const url = new URL(database.url);
  url.port = String(proxy.port);
  pool = createPool(url.href, { name: 'pipeline', maxConnections: 1 });
  await database.pool.query('truncate noted');
});

afterEach(() => pool.end());

const note = (what: string): pg.QueryConfig => prepared('insert into noted (what) values ($1)', [what]);

async function noted(): Promise<string[]> {
  const { rows } = await database.pool.query<{ what: string }>('select what from noted order by what');
  return rows.map((row) => row.what);
}

async function backend(): Promise<number | undefined> {
  const { rows } = await pool.query<{ pid: number }>('select pg_backend_pid() as pid');
  return rows[0]?.pid;
}

it('what is asked at once is answered in the order in which it was asked', async () => {
  const [, first, , second] = await inTransaction(pool, (client) =>
    allAnswered([
      client.query(note('a')),
      client.query<{ count: number }>('select count(*) from noted'),
      client.query(note('b')),
      client.query<{ count: number }>('select count(*) from noted'),
    ]),
  );
  expect([first, second].map((counted) => counted.rows[0]?.count)).toEqual([1, 2]);
  expect(await noted()).toEqual(['a', 'b']);
});

it('outside a transaction a query that fails does no harm to those in the same packet', async () => {
  const client = await pool.connect();
  const settled = await Promise.allSettled([
    client.query(note('before')),
    client.query('select 1 / 0'),
    client.query('select nobody_knows_this'),
    client.query(note('after')),
  ]);
  client.release();
  expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled']);
  expect(await noted()).toEqual(['after', 'before']);
});

it('in a transaction the failure that came first is thrown, nothing is stored, and the connection goes on', async () => {
  const before = await backend();
  const work = inTransaction(pool, (client) =>
    allAnswered([
      client.query(note('same')).then(() => client.query(note('follows an answer'))),
      client.query(note('same')),
      client.query(prepared('select what from noted where what = $1', ['never prepared'])),
      client.query(prepared('select what from noted where what = $1', ['nor repeated'])),
    ]),
  );
  await expect(work).rejects.toMatchObject({ code: '23505' });
  expect(await noted()).toEqual([]);
  await pool.query(note('later'));
  const { rows } = await pool.query(prepared('select what from noted where what = $1', ['later']));
  expect(rows).toEqual([{ what: 'later' }]);
  expect(await backend()).toBe(before);
});

it('work that throws while something is asked leaves nothing behind, not even what is asked too late', async () => {
  const work = inTransaction(pool, (client) =>
    allAnswered([
      client.query(note('a')),
      client.query('select 1').then(() => {
        throw new Error('changed its mind');
      }),
      client.query('select pg_sleep(0.05)').then(() => client.query(note('b'))),
    ]),
  );
  await expect(work).rejects.toThrow('changed its mind');
  expect(await noted()).toEqual([]);
});

it('a connection that is cut rejects everything on it, stores nothing, and is replaced', async () => {
  const before = await backend();
  const asked: Promise<unknown>[] = [];
  const work = inTransaction(pool, (client) => {
    asked.push(client.query(note('a')), client.query('select pg_sleep(60)'), client.query(note('b')));
    return allAnswered(asked);
  });
  const outcome = expect(work).rejects.toThrow(/terminated|ECONNRESET/);
  await until('the second query runs', async () => {
    const { rows } = await database.pool.query('select from pg_stat_activity where pid = $1 and wait_event = $2', [
      before,
      'PgSleep',
    ]);
    return rows.length === 1;
  });
  proxy.cut();
  await outcome;
  const settled = await Promise.allSettled(asked.slice(1));
  expect(settled.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  proxy.restore();
  await database.pool.query('select pg_terminate_backend($1)', [before]);
  expect(await backend()).not.toBe(before);
  expect(await noted()).toEqual([]);
});

it('what opens a transaction is asked inside it, and what fails there is thrown before the work', async () => {
  const transaction = 'select pg_current_xact_id()::text as id';
  const open = async (client: pg.PoolClient): Promise<string | undefined> =>
    (await client.query<{ id: string }>(transaction)).rows[0]?.id;
  const ids = await inTransaction(pool, async (client, opened) => [opened, await open(client)], open);
  expect(ids[0]).toBe(ids[1]);

  const before = await backend();
  const failing = inTransaction(
    pool,
    (client) => client.query(note('not reached')),
    (client) => client.query('select 1 / 0'),
  );
  await expect(failing).rejects.toMatchObject({ code: '22012' });
  expect(await noted()).toEqual([]);
  expect(await backend()).toBe(before);
});

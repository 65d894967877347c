import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { EnterpriseNumber } from '@live-calls/shared/contracts';
import { inTransaction, oweDeliveries, type Owed, type Verdict } from '@live-calls/shared/db';
import {
  createDeliveryWorker,
  type Delivery,
  type DeliveryWorker,
  type DeliveryWorkerOptions,
} from '@live-calls/shared/runtime';
import { createTestDatabase, type TestDatabase } from '../../harness/database.js';
import { PATIENCE } from '../../harness/patience.js';
import { silentLogger } from '../../harness/silentLogger.js';

const TENANT = EnterpriseNumber.parse('0367');
const OTHER = EnterpriseNumber.parse('0999');

let database: TestDatabase;
let workers: DeliveryWorker[] = [];
beforeEach(async () => {
  database = await createTestDatabase();
  workers = [];
});
afterEach(async () => {
  await Promise.all(workers.map((worker) => worker.stop()));
  await database.drop();
});

type Perform = DeliveryWorkerOptions['perform'];

function work(perform: Perform, options: Partial<DeliveryWorkerOptions> = {}): DeliveryWorker {
  const worker = createDeliveryWorker({
    pool: database.pool,
    target: 'crm',
    concurrency: 10,
    perTenant: 10,
    pollMs: 50,
    logger: silentLogger(),
    perform,
    ...options,
  });
  workers.push(worker);
  return worker;
}

const done: Verdict = { kind: 'done' };
const one = (dedupeKey: string, orderingKey = dedupeKey, delayMs = 0): Owed => ({
  enterpriseNumber: TENANT,
  target: 'crm',
  orderingKey,
  dedupeKey,
  payload: { of: dedupeKey },
  delayMs,
});
const ofOther = (...owed: Owed[]): Owed[] => owed.map((each) => ({ ...each, enterpriseNumber: OTHER }));
const owe = (...owed: Owed[]): Promise<void> => oweDeliveries(database.pool, owed);
const until = (check: () => unknown): Promise<void> =>
  vi.waitFor(async () => {
    await check();
  }, PATIENCE);

interface Row {
  key: string;
  state: string;
  attempts: number;
  revision: number;
  error: string | null;
  note: string | null;
  wait: number;
  /** Unix milliseconds. */
  dueAt: number;
}
const rows = async (): Promise<Row[]> =>
  (
    await database.pool.query<Row>(
      `select dedupe_key as key, state, attempts, revision, last_error as error, note,
         extract(epoch from run_at - now())::float8 as wait, extract(epoch from run_at)::float8 * 1000 as "dueAt"
       from deliveries order by id`,
    )
  ).rows;
const makeDue = (): Promise<unknown> =>
  database.pool.query(`update deliveries set run_at = now() where state = 'pending'`);

/** Work that waits until the test lets it end. */
function held(): { perform: Perform; begun: Delivery[]; signals: AbortSignal[]; end(verdict?: Verdict): void } {
  const begun: Delivery[] = [];
  const signals: AbortSignal[] = [];
  const waiting: ((verdict: Verdict) => void)[] = [];
  return {
    begun,
    signals,
    perform: (delivery, signal) => {
      begun.push(delivery);
      signals.push(signal);
      return new Promise((resolve) => waiting.push(resolve));
    },
    end: (verdict = done) => waiting.shift()?.(verdict),
  };
}

describe('a delivery', () => {
  it('is performed once, with its payload, and kept as done', async () => {
    const seen: unknown[] = [];
    work((delivery) => {
      seen.push(delivery.payload);
      return Promise.resolve(done);
    });
    await owe(one('a'));
    await until(async () => expect(await rows()).toMatchObject([{ state: 'done', attempts: 1 }]));
    expect(seen).toEqual([{ of: 'a' }]);
  });

  it('is found by the poll when nobody wakes the worker, and at its time before the next poll', async () => {
    const at: string[] = [];
    work(
      (delivery) => {
        at.push(delivery.dedupeKey);
        return Promise.resolve(done);
      },
      { pollMs: 200 },
    );
    await owe(one('later', 'later', 100), one('now'));
    await until(() => expect(at).toEqual(['now', 'later']));
  });

  it('waits longer after each failure, up to a limit', async () => {
    let triedAt = 0;
    const perform: Perform = () => {
      triedAt = Date.now();
      return Promise.resolve({ kind: 'retry', error: 'away' });
    };
    work(perform, { backOff: { baseMs: 10_000, capMs: 25_000 } });
    await owe(one('a'));
    for (const [attempts, least, most] of [
      [1, 7, 12.5],
      [2, 14, 25],
      [3, 17, 31.25],
      [4, 17, 31.25],
    ] as const) {
      await until(async () => expect(await rows()).toMatchObject([{ state: 'pending', attempts, error: 'away' }]));
      const [{ dueAt, wait } = { dueAt: 0, wait: 0 }] = await rows();
      expect((dueAt - triedAt) / 1_000).toBeGreaterThan(least);
      expect(wait).toBeLessThanOrEqual(most);
      await makeDue();
    }
  });

  it('waits exactly as long as it was told, and a postponed one has not been tried', async () => {
    const verdicts: Verdict[] = [
      { kind: 'retry', error: '429', delayMs: 14_000 },
      { kind: 'postpone', delayMs: 5_000 },
    ];
    let triedAt = 0;
    work(() => {
      triedAt = Date.now();
      return Promise.resolve(verdicts.shift() ?? done);
    });
    await owe(one('a'));
    await until(async () => expect(await rows()).toMatchObject([{ state: 'pending', attempts: 1, error: '429' }]));
    const [{ dueAt, wait } = { dueAt: 0, wait: 0 }] = await rows();
    expect(dueAt - triedAt).toBeGreaterThan(13_990);
    expect(wait).toBeLessThanOrEqual(14);
    await makeDue();
    await until(() => expect(verdicts).toEqual([]));
    await until(async () => expect(await rows()).toMatchObject([{ state: 'pending', attempts: 1 }]));
    expect((await rows())[0]?.wait).toBeLessThanOrEqual(5);
  });

  it('is dead when nothing can help, and lives again when it is owed again', async () => {
    const verdicts: Verdict[] = [{ kind: 'dead', error: 'no such person' }];
    work(() => Promise.resolve(verdicts.shift() ?? done));
    await owe(one('a'));
    await until(async () => expect(await rows()).toMatchObject([{ state: 'dead', error: 'no such person' }]));
    await owe(one('a'));
    await until(async () => expect(await rows()).toMatchObject([{ state: 'done', revision: 2, error: null }]));
  });

  it('keeps the note of how it ended, until it is owed again', async () => {
    work(() => Promise.resolve({ kind: 'done', note: 'dropped' }));
    await owe(one('a'));
    await until(async () => expect(await rows()).toMatchObject([{ state: 'done', note: 'dropped' }]));
    await owe(one('a', 'a', 60_000));
    expect(await rows()).toMatchObject([{ state: 'pending', note: null }]);
  });

  it.each<[string, Verdict, Partial<Row>]>([
    [
      'words that PostgreSQL cannot hold',
      { kind: 'dead', error: 'the CRM said \0 \ud83d' },
      { state: 'dead', error: 'the CRM said \ufffd \ufffd' },
    ],
    [
      'a note that it cannot hold',
      { kind: 'done', note: 'not needed \0' },
      { state: 'done', note: 'not needed \ufffd' },
    ],
    ['a delay without end', { kind: 'retry', error: 'later', delayMs: Infinity }, { state: 'pending', error: 'later' }],
  ])('is settled by %s', async (_title, verdict, row) => {
    work(() => Promise.resolve(verdict));
    await owe(one('a'));
    await until(async () => expect(await rows()).toMatchObject([row]));
  });

  it('whose work throws is tried again', async () => {
    let calls = 0;
    work(
      () => {
        calls += 1;
        return calls === 1 ? Promise.reject(new Error('broken')) : Promise.resolve(done);
      },
      { backOff: { baseMs: 1, capMs: 1 } },
    );
    await owe(one('a'));
    await until(async () => expect(await rows()).toMatchObject([{ state: 'done', attempts: 2, error: 'broken' }]));
  });

  it('owed again while it runs does not run twice at a time, but runs again', async () => {
    const { perform, begun, end } = held();
    work(perform);
    await owe(one('a'));
    await until(() => expect(begun).toHaveLength(1));
    await owe(one('a'));
    expect(await rows()).toMatchObject([{ state: 'running', revision: 2 }]);
    expect(begun).toHaveLength(1);
    end();
    await until(() => expect(begun).toHaveLength(2));
    end();
    await until(async () => expect(await rows()).toMatchObject([{ state: 'done' }]));
  });

  it('whose row a step holds keeps no other one from being settled', async () => {
    const { perform, begun, end } = held();
    work(perform);
    await owe(one('a'), one('b'));
    await until(() => expect(begun).toHaveLength(2));
    await inTransaction(database.pool, async (step) => {
      await oweDeliveries(step, [one('a')]);
      end();
      end();
      await until(async () => expect(await rows()).toMatchObject([{ state: 'running' }, { state: 'done' }]));
    });
    await until(() => expect(begun).toHaveLength(3));
    end();
    await until(async () => expect(await rows()).toMatchObject([{ state: 'done', revision: 2 }, { state: 'done' }]));
  });

  it('owed again while it runs still waits as long as the other side asked for', async () => {
    const { perform, begun, end } = held();
    work(perform);
    await owe(one('a'));
    await until(() => expect(begun).toHaveLength(1));
    await owe(one('a'));
    const refusedAt = Date.now();
    end({ kind: 'retry', error: '429', delayMs: 14_000 });
    await until(async () => expect(await rows()).toMatchObject([{ state: 'pending' }]));
    expect(((await rows())[0]?.dueAt ?? 0) - refusedAt).toBeGreaterThan(13_990);
  });
});

describe('order', () => {
  it('of one key is kept: the next begins when the one before is over, retries included', async () => {
    const order: string[] = [];
    let failed = false;
    const perform: Perform = (delivery) => {
      order.push(delivery.dedupeKey);
      if (delivery.dedupeKey === 'a1' && !failed) {
        failed = true;
        return Promise.resolve({ kind: 'retry', error: 'once', delayMs: 20 });
      }
      return Promise.resolve(done);
    };
    await owe(one('a1', 'a'), one('a2', 'a'), one('a3', 'a'), one('b1', 'b'));
    work(perform);
    work(perform);
    await until(async () => expect((await rows()).every(({ state }) => state === 'done')).toBe(true));
    expect(order.filter((key) => key.startsWith('a'))).toEqual(['a1', 'a1', 'a2', 'a3']);
  });

  it('of many keys is kept by several workers, and nothing is done twice', async () => {
    const order = new Map<string, string[]>();
    const perform: Perform = async (delivery) => {
      const seen = order.get(delivery.orderingKey) ?? [];
      order.set(delivery.orderingKey, seen);
      await new Promise((resolve) => setImmediate(resolve));
      seen.push(delivery.dedupeKey);
      return done;
    };
    const keys = Array.from({ length: 20 }, (_, key) => `k${key}`);
    const owed = [0, 1, 2, 3, 4].flatMap((n) => keys.map((key) => one(`${key}.${n}`, key)));
    await owe(...owed);
    for (let n = 0; n < 3; n += 1) work(perform);
    await until(async () => expect((await rows()).every(({ state }) => state === 'done')).toBe(true));
    for (const key of keys) expect(order.get(key)).toEqual([0, 1, 2, 3, 4].map((n) => `${key}.${n}`));
  });
});

describe('a tenant', () => {
  it('whose requests hang leaves room for the others', async () => {
    const finished: string[] = [];
    const { perform: hang, begun, end } = held();
    const perform: Perform = (delivery, signal) => {
      if (delivery.enterpriseNumber === TENANT) return hang(delivery, signal);
      finished.push(delivery.dedupeKey);
      return Promise.resolve(done);
    };
    await owe(...Array.from({ length: 30 }, (_, n) => one(`hanging${n}`)));
    await oweDeliveries(database.pool, ofOther(one('x'), one('y')));
    work(perform, { concurrency: 5, perTenant: 3 });
    await until(() => expect(finished.toSorted()).toEqual(['x', 'y']));
    expect(begun).toHaveLength(3);
    await database.pool.query(`delete from deliveries where state = 'pending'`);
    for (let n = 0; n < 3; n += 1) end();
  });
});

describe('a lease', () => {
  /** Longer than a busy machine keeps this process from renewing it. */
  const LEASE_MS = 2_500;

  it('of a worker that died runs out, and its row is done by another', async () => {
    await owe(one('a'));
    await database.pool.query(
      `update deliveries set state = 'running', attempts = 1, lease_owner = gen_random_uuid(), lease_until = now() - interval '1 second'`,
    );
    work(() => Promise.resolve(done));
    await until(async () => expect(await rows()).toMatchObject([{ state: 'done', attempts: 2 }]));
  });

  it('is renewed while its work lasts, so nobody else takes the row', async () => {
    const { perform, begun, end } = held();
    work(perform, { leaseMs: LEASE_MS });
    await owe(one('a'));
    await until(() => expect(begun).toHaveLength(1));
    const leases = async (): Promise<number | undefined> =>
      (
        await database.pool.query<{ until: Date }>('select lease_until as until from deliveries')
      ).rows[0]?.until.getTime();
    const first = await leases();
    const other = held();
    work(other.perform, { leaseMs: LEASE_MS });
    await until(async () => expect(await leases()).toBeGreaterThan((first ?? 0) + LEASE_MS));
    expect(other.begun).toHaveLength(0);
    expect(begun[0]?.isHeld()).toBe(true);
    end();
    await until(async () => expect(await rows()).toMatchObject([{ state: 'done', attempts: 1 }]));
  });

  it('that was lost makes the outcome of a zombie count for nothing', async () => {
    const zombie = held();
    work(zombie.perform, { leaseMs: LEASE_MS });
    await owe(one('a'));
    await until(() => expect(zombie.begun).toHaveLength(1));
    await database.pool.query('update deliveries set lease_owner = gen_random_uuid()');
    await until(() => expect(zombie.signals[0]?.aborted).toBe(true));
    expect(zombie.begun[0]?.isHeld()).toBe(false);
    zombie.end({ kind: 'dead', error: 'from the zombie' });
    await until(() => expect(zombie.begun).toHaveLength(2));
    expect(await rows()).toMatchObject([{ state: 'running', error: null }]);
    zombie.end();
    await until(async () => expect(await rows()).toMatchObject([{ state: 'done', error: null }]));
  });

  it('is known to be over at once by a process that was stopped, before anything else runs in it', async () => {
    const answers: boolean[] = [];
    work(
      (delivery) => {
        if (answers.length === 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
        answers.push(delivery.isHeld());
        return Promise.resolve(done);
      },
      { leaseMs: 200 },
    );
    await owe(one('a'));
    await until(() => expect(answers[0]).toBe(false));
  });
});

describe('a worker', () => {
  it('that stops takes no more and waits for what it has begun', async () => {
    const { perform, begun, end } = held();
    const worker = work(perform);
    await owe(one('a', 'key'));
    await until(() => expect(begun).toHaveLength(1));
    let stopped = false;
    const stopping = worker.stop().then(() => (stopped = true));
    await owe(one('b', 'key'));
    worker.wake();
    end();
    await stopping;
    expect(stopped).toBe(true);
    expect(await rows()).toMatchObject([
      { key: 'a', state: 'done' },
      { key: 'b', state: 'pending', attempts: 0 },
    ]);
  });

  it('begins only as many as it may', async () => {
    let allowed = 2;
    const { perform, begun, end } = held();
    const worker = work(perform, { mayBegin: () => allowed - begun.length });
    await owe(one('a'), one('b'), one('c'));
    await until(() => expect(begun).toHaveLength(2));
    worker.wake();
    await until(async () => expect((await rows()).filter(({ state }) => state === 'pending')).toHaveLength(1));
    expect(begun).toHaveLength(2);
    allowed = 3;
    await until(() => expect(begun).toHaveLength(3));
    for (let n = 0; n < 3; n += 1) end();
  });

  describe('without a poll', () => {
    const POLL_MS = 600_000;

    it('begins what waited for its turn, its tenant, or room', async () => {
      await owe(...Array.from({ length: 12 }, (_, n) => one(`a${n}`, `call${n % 4}`)));
      await oweDeliveries(database.pool, ofOther(one('x'), one('y'), one('z')));
      work(() => Promise.resolve(done), { pollMs: POLL_MS, concurrency: 3, perTenant: 2 });
      await until(async () => expect((await rows()).every(({ state }) => state === 'done')).toBe(true));
    });

    it('begins what was owed again while it ran, and what is due later', async () => {
      let runs = 0;
      const perform: Perform = async ({ dedupeKey }) => {
        runs += 1;
        if (runs === 1) await owe(one(dedupeKey, dedupeKey, 30));
        return runs === 2 ? { kind: 'retry', error: 'not yet', delayMs: 20 } : done;
      };
      await owe(one('a', 'a', 20));
      work(perform, { pollMs: POLL_MS });
      await until(() => expect(runs).toBe(3));
    });

    it('asks for work when it is woken, not when something is over that nobody waited for', async () => {
      let claims = 0;
      const { pool } = database;
      const counting = new Proxy(pool, {
        get: (target, name) => {
          if (name !== 'query') return Reflect.get(target, name) as unknown;
          return (query: { text: string }) => {
            if (query.text.includes('in_turn')) claims += 1;
            return pool.query(query);
          };
        },
      });
      const { perform, begun, end } = held();
      const worker = work(perform, { pool: counting, pollMs: POLL_MS });
      await until(() => expect(claims).toBe(1));
      for (let n = 1; n <= 5; n += 1) {
        await owe(one(`a${n}`));
        worker.wake();
        await until(() => expect(begun).toHaveLength(n));
      }
      for (let n = 1; n <= 5; n += 1) end();
      await until(async () => expect((await rows()).every(({ state }) => state === 'done')).toBe(true));
      await worker.stop();
      expect(claims).toBe(6);
    });
  });

  it('works on when the database was away', async () => {
    const seen: string[] = [];
    work((delivery) => {
      seen.push(delivery.dedupeKey);
      return Promise.resolve(done);
    });
    await owe(one('a'));
    await until(() => expect(seen).toEqual(['a']));
    await database.pool.query(
      'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
    );
    await until(() => owe(one('b')));
    await until(async () => expect((await rows()).map(({ state }) => state)).toEqual(['done', 'done']));
  });

  it('finds what is due among a great many finished rows without reading them', async () => {
    await database.pool.query(
      `insert into deliveries (enterprise_number, target, ordering_key, dedupe_key, payload, state, finished_at)
       select '0367', 'crm', 'old' || n, 'old' || n, '{}', 'done', now() from generate_series(1, 50000) n`,
    );
    await database.pool.query('analyze deliveries');
    await owe(one('a'));
    const { rows: plan } = await database.pool.query<{ 'QUERY PLAN': string }>(
      `explain select id from deliveries d where target = 'crm' and state = 'pending' and run_at <= now()
       and not exists (select from deliveries e where e.enterprise_number = d.enterprise_number
         and e.ordering_key = d.ordering_key and e.id < d.id and e.state in ('pending', 'running'))
       order by run_at limit 1000`,
    );
    expect(plan.map((line) => line['QUERY PLAN']).join('\n')).not.toContain('Seq Scan');
    work(() => Promise.resolve(done));
    await until(async () => {
      const { rows: left } = await database.pool.query(`select 1 from deliveries where state <> 'done'`);
      expect(left).toEqual([]);
    });
  });
});

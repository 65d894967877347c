import { afterEach, expect, test } from 'vitest';
import { createRate } from '../../../services/core/src/ingest/rate.js';
import { createRateBySource } from '../../../services/core/src/ingest/rateBySource.js';
import { post, startIngest, TOKEN, type IngestUnderTest } from '../ingest/ingestUnderTest.js';

/** Nothing comes back while a test runs, however slowly. */
const FEW = { perSecond: 0.001, burst: 3 };
const MANY = { perSecond: 1_000, burst: 1_000 };
const event = (n: number): object => ({ Token: TOKEN, UniqueId: `1.${n}` });

let core: IngestUnderTest | undefined;
afterEach(async () => {
  await core?.stop();
  core = undefined;
});

async function statuses(bodies: (object | string)[]): Promise<number[]> {
  const answers = [];
  for (const body of bodies) answers.push(await post(`${core?.url}/dial`, body));
  for (const { status, headers } of answers) {
    if (status === 429) expect(Number(headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
  }
  return answers.map(({ status }) => status);
}

const storedIn = async ({ database }: IngestUnderTest): Promise<number> =>
  (await database.pool.query('select 1 from call_events')).rows.length;

test('a host that sends more than any host can is told 429 and when to come again; what it was told 200 for is stored', async () => {
  core = await startIngest({ limits: { rates: { host: FEW, stranger: MANY } } });
  expect(await statuses([1, 2, 3, 4].map(event))).toEqual([200, 200, 200, 429]);
  expect(await storedIn(core)).toBe(3);
});

test('a stranger who floods does not keep a host behind the same address from posting', async () => {
  core = await startIngest({ limits: { rates: { host: MANY, stranger: FEW } } });
  const strange = ['{', '{}', { Token: '375290009999' }, 'x', { Token: '375290009998' }];
  expect(await statuses(strange)).toEqual([422, 422, 200, 429, 429]);
  expect(await statuses([1, 2, 3, 4].map(event))).toEqual([200, 200, 200, 200]);
});

test('a host at its fastest, and two hundred behind one address, are not slowed down by the default limits', async () => {
  core = await startIngest();
  await core.database.pool.query(
    `insert into enterprises (number, name, name2)
     select (1000 + n)::text, 'host' || n, (375290001000 + n)::text from generate_series(1, 200) n`,
  );
  const tokens = Array.from({ length: 200 }, (_, n) => String(375_290_001_001 + n));
  const given = await Promise.all(
    tokens.map(async (Token) => {
      const mine = [];
      for (let n = 0; n < 2; n++) mine.push((await post(`${core?.url}/dial`, { Token, UniqueId: `1.${n}` })).status);
      return mine;
    }),
  );
  expect(new Set([...given.flat(), ...(await statuses(Array.from({ length: 150 }, (_, n) => event(n))))])).toEqual(
    new Set([200]),
  );
});

test('a bucket fills up again with time, and is remembered of so many sources only', () => {
  let now = 0;
  const rate = createRate({ perSecond: 2, burst: 1, now: () => now, mostSources: 2 });
  expect([rate.take('a'), rate.take('a')]).toEqual([0, 500]);
  now += 500;
  expect(rate.take('a')).toBe(0);
  for (const source of ['b', 'c']) rate.take(source);
  expect(rate.take('a'), 'forgotten').toBe(0);
  expect(rate.take('c'), 'remembered').toBe(500);
});

test('all addresses of an IPv6 network are one source', () => {
  const rate = createRateBySource({ host: MANY, stranger: { perSecond: 0.001, burst: 1 } });
  expect(rate.refusal('2001:db8::1')).toBeUndefined();
  expect(rate.refusal('2001:db8:0:0:1:2:3:4')).toMatchObject({ status: 429 });
  for (const other of ['2001:db8:0:1::1', '::ffff:203.0.113.7', '203.0.113.8', '::1'])
    expect(rate.refusal(other), other).toBeUndefined();
});

import { randomUUID } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import type pg from 'pg';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createPool } from '@live-calls/shared/db';
import { createProcessor, type Processor } from '../../../services/core/src/calls/processor.js';
import { steps } from '../../../services/core/src/calls/steps.js';
import { showCalls, type Showing } from '../../../services/core/src/notify/showCalls.js';
import type { Tenant } from '../../../services/core/src/tenants/tenant.js';
import { liveFixtures, type FixtureEvent } from '../../fixtures/fixtures.js';
import { createTestDatabase, type TestDatabase } from '../../harness/database.js';
import { silentLogger } from '../../harness/silentLogger.js';
import { until } from '../../harness/until.js';
import { createStage, type Stage } from './stage.js';

/** Longer than any silence that ends a call, ms. */
const SILENCE = 120_000;

let database: TestDatabase;
let begin: number;
beforeEach(async () => {
  database = await createTestDatabase();
  begin = Date.now();
});
afterEach(() => database.drop());

const addStage = (): Promise<Stage> => createStage({ database, begin, known: { crms: ['retailcrm'] } });

const addStages = async (count: number): Promise<Stage[]> => {
  const stages: Stage[] = [];
  while (stages.length < count) stages.push(await addStage());
  return stages;
};

async function stepTogether(stages: readonly Stage[], laterMs: number): Promise<void> {
  const now = (): Date => new Date(begin + laterMs);
  const turns = stages.map(({ known: tenant }) => ({ tenant, limit: 500 }));
  const results = await steps({ pool: database.pool, publicUrl: undefined, now }, turns);
  expect(results.map((result) => result.kind === 'done' && !result.more)).toEqual(stages.map(() => true));
}

/** A processor that is told of events and never looks for them. */
const coreOf = (stages: readonly Stage[], { pool = database.pool, onChanged = noop }: CoreOptions = {}): Processor =>
  createProcessor({
    pool,
    publicUrl: undefined,
    now: () => new Date(),
    tenants: { byNumber: (number) => stages.find(({ known }) => known.number === number)?.known },
    logger: silentLogger(),
    onChanged,
    pollMs: 600_000,
  });

interface CoreOptions {
  pool?: pg.Pool;
  onChanged?: (tenant: Tenant) => void;
}

const noop = (): void => undefined;

const untilProcessed = (stage: Stage | undefined): Promise<void> =>
  until('everything is processed', async () => {
    const left = await stage?.rows(
      'select from call_events where enterprise_number = $tenant and processed_at is null',
    );
    return left?.length === 0;
  });

const SEQUENCES = liveFixtures.map(({ events }) => events);

/** When the first, second, … event of all sequences is folded: time is the same whoever takes part. */
const CLOCK = Array.from({ length: Math.max(...SEQUENCES.map((events) => events.length)) }, (_, index) =>
  Math.max(...SEQUENCES.map((events) => events[index]?.offset_ms ?? 0)),
);

/** Event after event of each sequence, at the same time. */
async function playTogether(stages: readonly Stage[], sequences: readonly FixtureEvent[][]): Promise<void> {
  for (const [index, laterMs] of CLOCK.entries()) {
    const taking = stages.flatMap((stage, place) =>
      sequences[place]?.[index] ? [{ stage, event: sequences[place][index] }] : [],
    );
    for (const { stage, event } of taking) await stage.store([event]);
    if (taking.length > 0)
      await stepTogether(
        taking.map(({ stage }) => stage),
        laterMs,
      );
  }
  await stepTogether(stages, SILENCE + Math.max(...CLOCK));
}

/** All that is stored of a tenant but for what is another one for each: ids and when it was written. */
async function storedOf(stage: Stage): Promise<unknown[][]> {
  const ANY_UUID = `'[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}', 'uuid'`;
  const queries = [
    `select unique_id, phone, extension, call_type, call_status, date_received, date_end, talk_seconds, wait_seconds, line_id,
       rang, talked, data_source from calls where enterprise_number = $tenant order by date_received, unique_id`,
    `select anchor, view, phone, state, started_at, wake_at, counted_as, history, external_id is not null as is_handed_on
     from tracked_calls where enterprise_number = $tenant order by started_at, anchor`,
    `select phone_e164, total_in, total_out, total_answered, total_missed, last_call_at, last_call_answered,
       last_call_extension from customers where enterprise_number = $tenant order by phone_e164`,
    `select t.anchor, wanted_kind, wanted_text, wanted_silent, wanted_version, reply_to is not null as is_reply
     from telegram_messages m join tracked_calls t on t.enterprise_number = $tenant and t.uuid = m.call_uuid
     where m.enterprise_number = $tenant order by t.started_at, t.anchor, subscriber_id`,
    `select target, regexp_replace(dedupe_key, ${ANY_UUID}) as key, revision, state, payload ->> 'event_type' as type,
       payload ->> 'told_at' is null as is_untold
     from deliveries where enterprise_number = $tenant order by target, key, revision, state`,
    `select unique_id, event_type, processed_at is null as waits, process_error, call_uuid is null as is_loose
     from call_events where enterprise_number = $tenant order by id`,
  ];
  return Promise.all(queries.map((sql) => stage.rows(sql)));
}

it('every sequence is the same calls when other tenants make their steps in the same transactions', async () => {
  const apart = await addStages(SEQUENCES.length);
  for (const [place, stage] of apart.entries()) await playTogether([stage], [SEQUENCES[place] ?? []]);
  const together = await addStages(2 * SEQUENCES.length);
  await playTogether(together, [...SEQUENCES, ...SEQUENCES]);
  for (const [place, stage] of apart.entries()) {
    const { name = '' } = liveFixtures[place] ?? {};
    const stored = await storedOf(stage);
    for (const index of [place, place + SEQUENCES.length]) {
      const other = together[index];
      expect(other && (await storedOf(other)), name).toEqual(stored);
    }
  }
});

const missed = (serial: number): FixtureEvent => ({
  event: 'hangup',
  offset_ms: 0,
  body: { UniqueId: `176000000${serial}.1`, Phone: `37529000000${serial}`, CallType: 0, CallStatus: '0' },
});
const MISSED = missed(1);

it('steps of several tenants are one transaction', async () => {
  const stages = await addStages(3);
  for (const stage of stages) await stage.store([MISSED]);
  await stepTogether(stages, 0);
  const { rows } = await database.pool.query(
    'select count(*)::int as calls, count(distinct xmin::text)::int as commits from calls',
  );
  expect(rows).toEqual([{ calls: 3, commits: 1 }]);
});

it('nothing is done when one of them fails, and the others go on without it', async () => {
  const stages = await addStages(3);
  const [spoilt] = stages;
  for (const stage of stages) await stage.store([MISSED]);
  await spoilt?.rows(`update call_events set raw_data = 'null' where enterprise_number = $tenant`);
  await expect(stepTogether(stages, 0)).rejects.toThrow('not a JSON object');
  const done = async (): Promise<unknown[]> => (await database.pool.query<object>('select 1 from calls')).rows;
  expect(await done()).toEqual([]);
  const processor = coreOf(stages);
  processor.wake(stages.map(({ known }) => known.number));
  await until('the others are done', async () => (await done()).length === 2);
  await until('the event is set aside', async () => {
    const aside = await spoilt?.rows(
      'select 1 from call_events where enterprise_number = $tenant and process_error is not null',
    );
    return aside?.length === 1;
  });
  await processor.stop();
});

it('what is set aside is what failed, though another core is past it by then', async () => {
  const [stage] = await addStages(1);
  if (!stage) throw new Error('no stage');
  await stage.store([missed(1)]);
  await stage.rows(`update call_events set raw_data = 'null' where enterprise_number = $tenant`);
  const pool = createPool(database.url, { name: 'slow' });
  const held = new EventEmitter();
  const query = pool.query.bind(pool) as (...asked: unknown[]) => Promise<unknown>;
  const heldOnce = async (...asked: unknown[]): Promise<unknown> => {
    if (held.emit('failed')) await once(held, 'go on');
    return query(...asked);
  };
  Object.assign(pool, { query: heldOnce });
  const slow = coreOf([stage], { pool });
  const failed = once(held, 'failed');
  slow.wake([stage.known.number]);
  await failed;
  const fast = coreOf([stage]);
  fast.wake([stage.known.number]);
  await untilProcessed(stage);
  await fast.stop();
  await stage.store([missed(2)]);
  held.emit('go on');
  await slow.stop();
  const last = coreOf([stage]);
  last.wake([stage.known.number]);
  await untilProcessed(stage);
  await last.stop();
  await pool.end();
  expect(
    await stage.rows(
      'select unique_id from call_events where enterprise_number = $tenant and process_error is not null',
    ),
  ).toEqual([{ unique_id: missed(1).body['UniqueId'] }]);
});

it('what follows is told to the others, though it fails for one of them', async () => {
  const stages = await addStages(3);
  for (const stage of stages) await stage.store([MISSED]);
  const told = new Set<string>();
  const core = coreOf(stages, {
    onChanged({ number }) {
      told.add(number);
      if (told.size === 1) throw new Error('of this one');
    },
  });
  core.wake(stages.map(({ known }) => known.number));
  await until('all are told', () => Promise.resolve(told.size === 3));
  await core.stop();
});

it('one of whom much belongs together goes by itself', async () => {
  const stages = await addStages(3);
  const ringing = Array.from({ length: 1_010 }, (): FixtureEvent => ({ ...missed(1), event: 'new_callerid' }));
  for (const [place, stage] of stages.entries()) await stage.store(place === 0 ? ringing : ringing.slice(0, 1));
  const core = coreOf(stages);
  const numbers = stages.map(({ known }) => known.number);
  core.wake(numbers);
  for (const stage of stages) await untilProcessed(stage);
  for (const stage of stages) await stage.store(ringing.slice(0, 1));
  core.wake(numbers);
  const commits: unknown[] = [];
  for (const stage of stages) {
    await untilProcessed(stage);
    const [row] = await stage.rows<{ commit: string }>(
      'select xmin::text as commit from call_events where enterprise_number = $tenant order by id desc limit 1',
    );
    commits.push(row?.commit);
  }
  await core.stop();
  const [much, ...little] = commits;
  expect(new Set(little).size).toBe(1);
  expect(little).not.toContain(much);
});

it('calls of two tenants that have one id are both shown', async () => {
  const stages = await addStages(2);
  const uuid = randomUUID();
  const shown: Showing[] = [];
  for (const stage of stages) {
    await stage.store([MISSED]);
    const step = await stage.step();
    if (step.kind === 'done') shown.push(...step.shown.map((one) => ({ ...one, tenant: stage.known, uuid })));
  }
  const changed = await showCalls(database.pool, shown);
  expect(new Set(changed.map(({ enterpriseNumber }) => enterpriseNumber)).size).toBe(2);
});

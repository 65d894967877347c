import { afterEach, beforeEach, expect, it } from 'vitest';
import { createProcessor } from '../../../services/core/src/calls/processor.js';
import { steps } from '../../../services/core/src/calls/steps.js';
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

const MISSED: FixtureEvent = {
  event: 'hangup',
  offset_ms: 0,
  body: { UniqueId: '1760000000.1', Phone: '375290000001', CallType: 0, CallStatus: '0' },
};

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
  const processor = createProcessor({
    pool: database.pool,
    publicUrl: undefined,
    now: () => new Date(),
    tenants: { byNumber: (number) => stages.find(({ known }) => known.number === number)?.known },
    logger: silentLogger(),
    onChanged: () => undefined,
    pollMs: 60_000,
  });
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

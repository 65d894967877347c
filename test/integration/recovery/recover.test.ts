import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { liveFixtures, type FixtureEvent } from '../../fixtures/fixtures.js';
import { comparable } from '../../unit/calls/folded.js';
import { createTestDatabase, type TestDatabase } from '../../harness/database.js';
import { callsOf } from '../../harness/outcome.js';
import { hostClock, loggedAt, strangers, type LoggedRow } from './hostLogFile.js';
import { recoveryFixtures } from './recoveryFixtures.js';
import { createStage, type Stage } from './stage.js';

const HOUR = 3_600_000;
const DAY = 'Listen_AMI_2025-10-01.db';

let database: TestDatabase;
let stage: Stage;
beforeAll(async () => {
  database = await createTestDatabase();
});
beforeEach(async () => {
  stage = await createStage(database);
});
afterEach(() => stage.end());
afterAll(() => database.drop());

const fixture = (name: string) => {
  const found = liveFixtures.find((each) => each.name === name);
  if (!found) throw new Error(`no sequence ${name}`);
  return found;
};

const finals = async (): Promise<string[]> =>
  (await stage.wanted()).flatMap(({ wanted_kind, wanted_text }) => (wanted_kind === 'final' ? [wanted_text] : []));

const isEmpty = async (): Promise<boolean> =>
  (await stage.rows('select 1 from call_events where enterprise_number = $tenant')).length === 0;

/** Everything that recovery must not do twice. */
const state = (): Promise<unknown[]> =>
  stage.rows(`select
    (select json_agg(e order by id) from call_events e where enterprise_number = $tenant) as events,
    (select json_agg(c order by uuid) from calls c where enterprise_number = $tenant) as calls,
    (select json_agg(c order by phone_e164) from customers c where enterprise_number = $tenant) as customers,
    (select json_agg(json_build_array(dedupe_key, revision) order by id) from deliveries
     where enterprise_number = $tenant) as deliveries,
    (select json_agg(json_build_array(wanted_version, wanted_text) order by id) from telegram_messages
     where enterprise_number = $tenant) as messages`);

async function live(events: FixtureEvent[]): Promise<void> {
  for (const event of events) {
    await stage.store([event]);
    await stage.fold(event.offset_ms);
  }
}

const accepted = (row: LoggedRow): LoggedRow => ({ ...row, status: '<Response [200]>' });

describe('recovery', () => {
  it.each(recoveryFixtures)('$name: the call is completed once', async (each) => {
    await live(stage.own(each.events));
    expect(await finals()).toHaveLength(each.expected_final_messages);
    const report = await stage.recover({ [DAY]: stage.own(each.recovery_rows) });
    expect(report).toMatchObject({ complete: true, recovered: each.recovery_rows.length, unreadable: 0, problems: [] });
    const told = await finals();
    expect(told).toHaveLength(each.expected_final_messages_after_recovery);
    for (const text of told) expect(text).toMatch(/^[✅❌]🔄 /u);
    expect((await stage.wanted()).filter(({ wanted_kind }) => wanted_kind === 'live')).toEqual([]);
    expect(await stage.rows(`select distinct data_source from calls where enterprise_number = $tenant`)).toEqual(
      told.length === 0 ? [] : [{ data_source: 'recovery' }],
    );
    const before = await state();
    expect(await stage.recoverFiles([DAY])).toMatchObject({ recovered: 0, arrived: each.recovery_rows.length });
    expect(await state()).toEqual(before);
  });

  it('a day of which nothing arrived becomes the calls that it was', async () => {
    const begin = Date.now() - 20 * HOUR;
    const sequences = liveFixtures.filter(
      ({ expected_calls, incoming_transform }) => expected_calls && !incoming_transform,
    );
    for (const [place, { name, events, expected_calls }] of sequences.slice(0, 10).entries()) {
      const rows = stage.own(loggedAt(new Date(begin + place * HOUR), events));
      await stage.recover({ [DAY]: rows });
      const calls = await callsOf(stage.database.pool, stage.tenant);
      expect(comparable(calls), name).toEqual(comparable(expected_calls ?? []));
      for (const table of ['call_events', 'tracked_calls', 'calls', 'customers', 'telegram_messages', 'deliveries']) {
        await stage.rows(`delete from ${table} where enterprise_number = $tenant`);
      }
    }
  });

  it('finds nothing to do where everything arrived, whatever the host believed', async () => {
    const { events } = fixture('incoming_attended_transfer_accepted');
    const own = stage.own(events);
    await live(own);
    await stage.fold(HOUR);
    const before = await state();
    const report = await stage.recover({ [DAY]: loggedAt(new Date(), own, '<Response [502]>') });
    expect(report).toMatchObject({
      recovered: 0,
      arrived: events.length,
      arrived_though_believed_lost: events.length,
      calls: [],
    });
    expect(await state()).toEqual(before);
  });

  it('brings what was accepted and is not there all the same', async () => {
    const own = stage.own(fixture('incoming_group_answered').events);
    const rows = loggedAt(new Date(Date.now() - HOUR), own).map(accepted);
    expect(await stage.recover({ [DAY]: rows })).toMatchObject({ recovered: own.length });
    expect(await finals()).toHaveLength(1);
  });

  it('takes the two rows of a timeout for one event, and two identical events for two', async () => {
    const begin = new Date(Date.now() - HOUR);
    const logged = loggedAt(begin, stage.own(fixture('incoming_group_answered').events));
    const [start, dial] = ['start', 'dial'].map((type) => logged.find(({ event }) => event === type));
    if (!start || !dial) throw new Error('a call begins with start and dial');
    const rest = logged.filter((row) => row !== start && row !== dial);
    const later = { ...dial, DateTime: hostClock(new Date(begin.getTime() + 20_000)) };
    const rows = [{ ...start, status: 'Timeout' }, { ...start, status: '' }, dial, later, ...rest];
    const report = await stage.recover({ [DAY]: rows });
    expect(report).toMatchObject({ rows: rows.length, repeated: 1, recovered: rows.length - 1 });
    expect(
      await stage.rows(`select event_type, count(*)::int as count from call_events
                        where enterprise_number = $tenant and event_type in ('start', 'dial') group by 1 order by 1`),
    ).toEqual([
      { event_type: 'dial', count: 2 },
      { event_type: 'start', count: 1 },
    ]);
  });

  it('brings the second of two identical events when only the first arrived', async () => {
    const own = stage.own(fixture('incoming_group_answered').events);
    const dial = own.filter(({ event }) => event === 'dial').slice(0, 1);
    await live(dial);
    const first = loggedAt(new Date(), dial).map(accepted);
    const second = loggedAt(new Date(Date.now() + 15_000), dial, 'Timeout');
    const report = await stage.recover({ [DAY]: [...first, ...second] });
    expect(report).toMatchObject({ arrived: 1, recovered: 1 });
    expect(report.calls).toMatchObject([
      { missing: ['dial'], arrived: ['dial'], reasons: ['нет ответа за 3 с (таймаут)'] },
    ]);
  });

  it('joins a call over midnight from the files of two days', async () => {
    const rows = loggedAt(new Date(Date.now() - 10 * HOUR), stage.own(fixture('incoming_group_answered').events));
    const report = await stage.recover({
      'Listen_AMI_2025-10-02.db': rows.slice(4),
      'Listen_AMI_2025-10-01.db': rows.slice(0, 4),
    });
    expect(report).toMatchObject({ complete: true, recovered: rows.length });
    expect(report.calls).toHaveLength(1);
    expect(await finals()).toHaveLength(1);
    expect(await stage.rows('select total_in from customers where enterprise_number = $tenant')).toEqual([
      { total_in: 1 },
    ]);
  });

  it('a file that is named twice is read once', async () => {
    const rows = loggedAt(new Date(Date.now() - HOUR), stage.own(fixture('incoming_group_answered').events));
    await stage.recover({ [DAY]: rows }, { dryRun: true });
    const report = await stage.recoverFiles([DAY, DAY]);
    expect(report).toMatchObject({ recovered: rows.length, repeated: rows.length });
  });

  it('brings what is left of a truncated file, and the rest from the whole one', async () => {
    const rows = strangers(stage.tenant.token, 1_000);
    await stage.recover({ [DAY]: rows }, { dryRun: true });
    const whole = await readFile(join(stage.directory, DAY));
    await writeFile(join(stage.directory, 'cut.db'), whole.subarray(0, whole.length / 2));
    const first = await stage.recoverFiles(['cut.db']);
    expect(first.problems).toEqual([expect.stringContaining('cut.db: файл повреждён или обрезан')]);
    expect(first.recovered).toBeGreaterThan(300);
    const second = await stage.recoverFiles([DAY]);
    expect(second).toMatchObject({ arrived: first.recovered, recovered: 1_000 - first.recovered, problems: [] });
  });

  it('a dry run tells what is missing and changes nothing', async () => {
    const rows = loggedAt(new Date(Date.now() - HOUR), stage.own(fixture('incoming_group_answered').events));
    const report = await stage.recover({ [DAY]: rows }, { dryRun: true });
    expect(report).toMatchObject({ dry_run: true, recovered: rows.length });
    expect(await isEmpty()).toBe(true);
  });

  it('leaves rows of another enterprise and rows that cannot be read alone, and tells of them', async () => {
    const [row] = loggedAt(new Date(), fixture('incoming_group_answered').events);
    if (!row) throw new Error('a sequence has events');
    const [own] = stage.own([row]);
    const rows = [
      row,
      { ...row, request: '{"Token": "3752', DateTime: '2025-10-01 10:00:00' },
      { ...row, event: 'ping' },
      { ...row, request: '{}' },
      own ?? row,
    ];
    const report = await stage.recover({ [DAY]: rows });
    expect(report).toMatchObject({ complete: true, rows: 5, unreadable: 3, other: 1, recovered: 1 });
    expect(report.unreadable_rows).toEqual([
      { row: `${DAY}:1`, reason: 'токен другой компании' },
      { row: `${DAY}:2`, reason: 'запрос (request) не JSON' },
      { row: `${DAY}:4`, reason: 'нет ни UniqueId, ни BridgeUniqueid' },
    ]);
  });

  it('an event that the database does not take keeps no other from being stored', async () => {
    const rows = loggedAt(new Date(Date.now() - HOUR), stage.own(fixture('incoming_group_answered').events));
    const [first] = rows;
    if (!first) throw new Error('a sequence has events');
    const token = JSON.stringify(stage.tenant.token);
    const nested = `${'['.repeat(30_000)}${']'.repeat(30_000)}`;
    const spoilt = { ...first, request: `{"Token":${token},"UniqueId":"1.1","n":${nested}}` };
    const report = await stage.recover({ [DAY]: [spoilt, ...rows] });
    expect(report).toMatchObject({ recovered: rows.length, unreadable: 1 });
    expect(report.unreadable_rows).toEqual([{ row: `${DAY}:1`, reason: 'база не принимает' }]);
  });

  it('does not tell a call anew that has been forgotten', async () => {
    const own = stage.own(fixture('incoming_group_answered').events);
    await live(own.slice(0, -1));
    await stage.fold(6 * HOUR);
    await stage.rows('delete from tracked_calls where enterprise_number = $tenant');
    const before = await state();
    const report = await stage.recover({ [DAY]: loggedAt(new Date(), own) });
    expect(report).toMatchObject({ recovered: 0, too_old: 1, arrived: own.length - 1 });
    expect(await state()).toEqual(before);
  });

  it('puts events of a host whose clock began in 1970 beside those that arrived', async () => {
    const body = { Phone: '375290000001', CallType: 0, Trunk: '0001363', Extensions: ['151'], UniqueId: '35.1' };
    const events = stage.own<FixtureEvent>([
      { event: 'start', offset_ms: 0, body },
      { event: 'dial', offset_ms: 1_000, body },
      { event: 'hangup', offset_ms: 20_000, body: { ...body, CallStatus: '0' } },
    ]);
    await live(events.slice(0, 2));
    const report = await stage.recover({ [DAY]: loggedAt(new Date(35_000), events) });
    expect(report).toMatchObject({ recovered: 1, arrived: 2 });
    expect(await finals()).toHaveLength(1);
    expect(
      await stage.rows(`select extract(epoch from date_end - date_received)::int as seconds from calls
                        where enterprise_number = $tenant and date_end > now() - interval '1 hour'`),
    ).toEqual([{ seconds: 20 }]);
  });

  it('events of a month ago and live ones of now do not get into each other', async () => {
    const { events, expected_calls } = fixture('incoming_blind_transfer_answered');
    const rows = loggedAt(new Date(Date.now() - 30 * 24 * HOUR), stage.own(events));
    const other = { Phone: '375290000099', CallType: 0, Trunk: '0001363', UniqueId: '1790000000.5' };
    await stage.store([{ event: 'start', offset_ms: 0, body: other }]);
    await stage.recover({ [DAY]: rows });
    expect(comparable(await callsOf(stage.database.pool, stage.tenant))).toEqual(comparable(expected_calls ?? []));
    expect((await stage.wanted()).map(({ wanted_kind }) => wanted_kind).sort()).toEqual(['final', 'live']);
  });
});

import { takeTenant } from '@live-calls/shared/db';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { liveFixtures, type FixtureEvent } from '../../fixtures/fixtures.js';
import { copyOf } from '../../fixtures/mix.js';
import { until } from '../../harness/until.js';
import { createStage, type Stage } from './stage.js';

let stage: Stage;

beforeEach(async () => {
  stage = await createStage();
});

afterEach(async () => {
  await stage.database.drop();
});

const sequence = (name: string): FixtureEvent[] => {
  const fixture = liveFixtures.find((each) => each.name === name);
  if (!fixture) throw new Error(`no sequence ${name}`);
  return fixture.events;
};

function three(events: FixtureEvent[]): [FixtureEvent, FixtureEvent, FixtureEvent] {
  const [first, second, third] = events;
  if (!first || !second || !third) throw new Error('fewer than three events');
  return [first, second, third];
}

const calls = (): Promise<{ unique_id: string; call_status: number; talked: string[]; rang: string[] }[]> =>
  stage.rows('select unique_id, call_status, talked, rang from calls where enterprise_number = $tenant');

const customers = (): Promise<Record<string, unknown>[]> =>
  stage.rows(`select phone_e164, total_in, total_out, total_answered, total_missed, last_call_answered, last_call_extension
              from customers where enterprise_number = $tenant`);

/** The chat has one message, of this kind and with this text in it. */
async function shows(kind: string, text: string): Promise<void> {
  const messages = await stage.wanted();
  expect(messages.map(({ wanted_kind }) => wanted_kind)).toEqual([kind]);
  expect(messages[0]?.wanted_text).toContain(text);
}

async function showsWithout(kind: string, text: string): Promise<void> {
  const messages = await stage.wanted();
  expect(messages.map(({ wanted_kind }) => wanted_kind)).toEqual([kind]);
  expect(messages[0]?.wanted_text).not.toContain(text);
}

/** One event after the other, each folded before the next one comes. */
async function live(events: FixtureEvent[]): Promise<void> {
  for (const event of events) {
    await stage.store([event]);
    await stage.fold(event.offset_ms);
  }
}

describe('a step', () => {
  it('notes with what it owes to chats when the newest event came in that a host posted', async () => {
    const [first, second, third] = three(sequence('incoming_group_answered'));
    await stage.store([first, second]);
    await stage.store([third], 'recovery');
    await stage.fold();
    const [delivery] = await stage.rows<{ payload: { told_at: string } }>('select payload from deliveries');
    const [newest] = await stage.rows<{ at: Date }>(
      `select max(event_timestamp) as at from call_events where data_source = 'live'`,
    );
    expect(delivery?.payload.told_at).toBe(newest?.at.toISOString());
  });

  it('shows each state of a call in place and ends it with one row, one count and one final', async () => {
    const events = sequence('incoming_group_answered');
    await live(events.slice(0, 3));
    await shows('live', '📞 Дозвон');
    await live(events.slice(3, 6));
    await shows('live', '🔗 Разговор');
    expect(await calls()).toEqual([]);
    await live(events.slice(6));
    await shows('final', '✅ Завершен');
    expect(await calls()).toEqual([
      { unique_id: '1758798777.27', call_status: 2, talked: ['151'], rang: ['150', '151', '152'] },
    ]);
    expect(await customers()).toEqual([
      {
        phone_e164: '+375290000001',
        total_in: 1,
        total_out: 0,
        total_answered: 1,
        total_missed: 0,
        last_call_answered: true,
        last_call_extension: '151',
      },
    ]);
  });

  it('measures talk, waiting and the whole call apart', async () => {
    await live(sequence('incoming_group_answered'));
    expect(await stage.rows('select talk_seconds, wait_seconds from calls where enterprise_number = $tenant')).toEqual([
      { talk_seconds: 5, wait_seconds: 13 },
    ]);
  });

  it('changes nothing when everything comes a second time', async () => {
    const events = sequence('incoming_attended_transfer_accepted');
    await live(events);
    const before = await stage.rows('select * from telegram_messages where enterprise_number = $tenant order by id');
    await live(events.map((event) => ({ ...event, offset_ms: event.offset_ms + 60_000 })));
    expect(await stage.rows('select * from telegram_messages where enterprise_number = $tenant order by id')).toEqual(
      before,
    );
    expect(await customers()).toMatchObject([{ total_in: 1, total_answered: 1 }]);
  });

  it('corrects a final in place when a transfer follows the main hangup', async () => {
    const events = sequence('outgoing_blind_transfer_answered');
    const hangup = events.findIndex(({ event }) => event === 'hangup') + 1;
    await live(events.slice(0, hangup));
    await showsWithout('final', '152');
    await live(events.slice(hangup));
    await shows('final', '152');
    expect(await calls()).toMatchObject([{ talked: ['151', '152'] }]);
    expect(await customers()).toMatchObject([{ total_out: 1, total_answered: 1 }]);
  });

  it('tells who rang when the dial comes after the hangup', async () => {
    const [start, dial, hangup] = three(sequence('edge_start_suppressed_by_fast_dial'));
    await live([start, hangup]);
    expect(await calls()).toMatchObject([{ rang: [], call_status: 0 }]);
    await live([{ ...dial, offset_ms: 21_000 }]);
    expect(await calls()).toMatchObject([{ rang: ['151'], call_status: 0 }]);
    await shows('final', '151');
    expect(await customers()).toMatchObject([{ total_in: 1, total_missed: 1 }]);
  });

  it('turns a missed call into an answered one when the bridge comes late, and counts it anew, not twice', async () => {
    const events = sequence('edge_html_in_names').map((event) =>
      event.event === 'hangup' ? { ...event, body: { ...event.body, CallStatus: '0' } } : event,
    );
    const [dial, bridge, hangup] = three(events);
    await live([dial, hangup]);
    expect(await customers()).toMatchObject([{ total_in: 1, total_answered: 0, total_missed: 1 }]);
    await live([{ ...bridge, offset_ms: 20_500 }]);
    expect(await calls()).toMatchObject([{ call_status: 2, talked: ['151'] }]);
    expect(await customers()).toMatchObject([{ total_in: 1, total_answered: 1, total_missed: 0 }]);
  });

  it('takes back what was shown as a call and turns out to be a leg', async () => {
    const events = sequence('incoming_attended_transfer_declined_return');
    const legHangup = events.findIndex(({ event, body }) => event === 'hangup' && body['CallType'] === 2);
    const nameOfLeg = events.filter(
      ({ event, body }) => event === 'new_callerid' && String(body['Channel']).includes('@dialexecute'),
    );
    const leg = new Set(['1757773688.133', '1757773688.134', '1757773688.135']);
    const others = events.filter((event, index) => index < legHangup && !leg.has(String(event.body['UniqueId'])));
    await live([...others, ...events.slice(legHangup, legHangup + 1)]);
    expect(await calls()).toMatchObject([{ unique_id: '1757773688.134' }]);
    await live(nameOfLeg.map((event) => ({ ...event, offset_ms: 30_000 })));
    expect(await calls()).toEqual([]);
    expect((await stage.wanted()).map(({ wanted_kind }) => wanted_kind).toSorted()).toEqual(['live', 'none']);
  });

  it('shows an internal talk while it lasts and ends it by its hangup', async () => {
    const events = sequence('internal_answered');
    await live(events.slice(0, 3));
    await shows('live', '(внутр.)');
    await live(events.slice(3, 6));
    expect(await stage.wanted()).toEqual([{ wanted_kind: 'none', wanted_text: '' }]);
    await live(events.slice(6));
    await shows('final', '✅ Завершен (внутр.)');
  });

  it('takes a talk back that only bridges told of', async () => {
    await live(sequence('edge_conference_bridge'));
    expect((await stage.wanted()).every(({ wanted_kind }) => wanted_kind === 'none')).toBe(true);
    expect(await calls()).toEqual([]);
    expect(
      await stage.rows(`select 1 from tracked_calls where enterprise_number = $tenant and state = 'open'`),
    ).toEqual([]);
  });

  it('ends a call by silence, not before its time, and never reopens it', async () => {
    const events = sequence('outgoing_attended_transfer_accepted');
    await live(events);
    expect(await calls()).toEqual([]);
    await stage.fold(47_399 + 9_000);
    expect(await calls()).toEqual([]);
    await stage.fold(47_399 + 10_001);
    expect(await calls()).toMatchObject([{ talked: ['151', '152'] }]);
    const rejoin = events.filter(({ event, body }) => event === 'bridge' && body['UniqueId'] === '1758717504.1');
    await live(rejoin.slice(0, 1).map((event) => ({ ...event, offset_ms: 59_000 })));
    await shows('final', '✅ Завершен');
    expect(await calls()).toHaveLength(1);
  });

  it('ends a call of which nothing was heard for hours, and corrects it when its end is recovered', async () => {
    const events = sequence('edge_html_in_names');
    await live(events.slice(0, 2));
    await stage.fold(5 * 3_600_000);
    await shows('final', '✅ Завершен');
    expect(await stage.rows('select talk_seconds, data_source from calls where enterprise_number = $tenant')).toEqual([
      { talk_seconds: null, data_source: 'live' },
    ]);
    await stage.store(events.slice(2), 'recovery');
    await stage.fold(6 * 3_600_000);
    await shows('final', '✅🔄 Завершен');
    expect(await stage.rows('select talk_seconds, data_source from calls where enterprise_number = $tenant')).toEqual([
      { talk_seconds: expect.any(Number) as number, data_source: 'recovery' },
    ]);
    expect(
      await stage.rows('select total_in, total_answered from customers where enterprise_number = $tenant'),
    ).toEqual([{ total_in: 1, total_answered: 1 }]);
  });

  it('says how often the client called before this call, and does not count it among them', async () => {
    const fixture = liveFixtures.find(({ name }) => name === 'edge_start_suppressed_by_fast_dial');
    if (!fixture) throw new Error('no such sequence');
    await live(copyOf(fixture, 1, 0).events);
    expect((await stage.wanted())[0]?.wanted_text).not.toContain('🔁');
    const second = copyOf(fixture, 2, 60_000).events;
    await live(second.slice(0, 2));
    expect((await stage.wanted())[1]?.wanted_text).toContain('🔁 звонил 1 раз');
    await live(second.slice(2));
    await live(copyOf(fixture, 3, 120_000).events.slice(0, 2));
    expect((await stage.wanted())[2]?.wanted_text).toContain('🔁 звонил 2 раза');
  });

  it('sets an event aside that cannot be read, and goes on', async () => {
    const events = sequence('incoming_group_answered');
    await stage.store(events);
    await stage.database.pool.query(`update call_events set raw_data = 'null' where event_type = 'new_callerid'`);
    const processor = stage.process();
    processor.wake([stage.tenant.number]);
    await until('the call is told', async () => (await calls()).length === 1);
    await processor.stop();
    expect(
      await stage.rows(`select event_type, process_error from call_events where process_error is not null`),
    ).toEqual([{ event_type: 'new_callerid', process_error: 'the event is not a JSON object' }]);
    expect(await calls()).toMatchObject([{ talked: ['151'] }]);
  });

  it('leaves the tenant alone while another process is at it, and goes on when that one is gone', async () => {
    await stage.store(sequence('hangup_only_all_previous_lost'));
    const other = await stage.database.pool.connect();
    await other.query('begin');
    await takeTenant(other, stage.tenant.number);
    expect(await stage.step()).toEqual({ kind: 'busy' });
    expect(await calls()).toEqual([]);
    await other.query('rollback');
    other.release();
    await stage.fold();
    expect(await calls()).toHaveLength(1);
  });
});

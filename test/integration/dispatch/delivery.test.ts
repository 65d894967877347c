import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { liveFixtures, type FixtureEvent } from '../../fixtures/fixtures.js';
import { freePort } from '../../harness/freePort.js';
import { until } from '../../harness/until.js';
import type { Stage as Calls } from '../calls/stage.js';
import { json } from './gatewayStandIn.js';
import { createStage, inShort, live, type Stage } from './stage.js';

let stage: Stage;
let calls: Calls;

beforeEach(async () => {
  stage = await createStage();
  calls = await stage.addTenant({ recordingsUrl: 'https://pbx.example.com/{unique_id}' });
});
afterEach(async () => {
  await stage.end();
});

const sequence = (name: string): FixtureEvent[] => {
  const fixture = liveFixtures.find((each) => each.name === name);
  if (!fixture) throw new Error(`no sequence ${name}`);
  return fixture.events;
};

/** A missed call, over in one step. */
const missed = sequence('edge_start_then_hangup_no_dial');

/** A manager's mobile rings, and what ties it to the client's call comes too late. */
const legToldTooLate = sequence('incoming_followme_attended_mobile_declined').filter(
  ({ event }, index) => !(event === 'new_callerid' && index === 7),
);

const stored = (): string[] => stage.gateway.events.map(inShort);
const asked = (times: number): Promise<void> =>
  until('the gateway was asked', () => Promise.resolve(stage.gateway.requests.length >= times));
const says = (part: string): string[] => stage.log.lines.filter((line) => line.includes(part));
const failures = (times: number): Promise<void> =>
  until('attempts failed', async () => (await stage.deliveries()).some(({ attempts }) => attempts >= times));

/** Lets a running attempt end and the next one begin, without waiting for the back-off. */
async function failAgain(times: number): Promise<void> {
  await until('attempts failed', async () => {
    await stage.makeDue();
    return (await stage.deliveries()).some(({ attempts }) => attempts >= times);
  });
}

/** Resolves when a worker has looked for what it may do, as it does from time to time. */
async function lookedAround(): Promise<void> {
  await stage.database.pool.query(
    `update deliveries set state = 'running', lease_owner = gen_random_uuid(), lease_until = now() - interval '1 second'
     where id = (select max(id) from deliveries where target = 'dispatch')`,
  );
  await until('what a dead worker was at is freed', async () => {
    return !(await stage.deliveries()).some(({ state, attempts }) => state === 'running' && attempts === 0);
  });
}

describe('a call', () => {
  it('is told while it runs: who rings, who talks, that it is over', async () => {
    stage.work({ publicUrl: 'https://calls.example.com' });
    const events = sequence('incoming_attended_transfer_accepted');
    for (const event of events) {
      await live(calls, [event]);
      await until('what is due is told', async () =>
        (await stage.deliveries()).every(({ state, dedupe_key }) => state === 'done' || dedupe_key.endsWith('hangup')),
      );
    }
    await stage.settled();
    expect(stored()).toEqual(['dial 150,151,152', 'answer 151', 'answer 152', 'hangup']);
    const [dial, answer, , hangup] = stage.gateway.events;
    const tracked = await calls.rows<{ uuid: string; external_id: string }>(
      'select uuid, external_id from tracked_calls',
    );
    const { uuid = '', external_id: externalId } = tracked.find((row) => row.uuid === dial?.call?.id) ?? {};
    expect(externalId).toBe('1757773838.143');
    expect(dial).toMatchObject({
      token: calls.known.token,
      uniqueId: '1757773838.143',
      origin: 'live',
      raw: { UniqueId: '1757773838.143', Extensions: ['150', '375290000002', '151', '152'] },
      record_url: null,
      call: { id: uuid, external_id: externalId, state: 'dial', phone: '+375290000001', zone: 'Europe/Minsk' },
    });
    expect(answer).toMatchObject({ raw: { BridgeUniqueid: expect.any(String) as string }, call: { state: 'talk' } });
    expect(hangup).toMatchObject({
      raw: { CallStatus: expect.anything() as unknown },
      record_url: `https://calls.example.com/recordings/${uuid}`,
      call: { external_id: externalId, state: 'final', extension: '152', talked: ['151', '152'] },
    });
  });

  it('is told as it is when it is told: what was corrected within the second goes with its end', async () => {
    const [start, dial, hangup] = sequence('edge_start_suppressed_by_fast_dial');
    if (!start || !dial || !hangup) throw new Error('a call has three events');
    await live(calls, [start, hangup]);
    const { rows } = await stage.database.pool.query<{ wait: number }>(
      `select extract(epoch from run_at - created_at)::float8 as wait from deliveries where target = 'dispatch'`,
    );
    expect(rows.map(({ wait }) => wait > 0.5 && wait <= 1)).toEqual([true]);
    await live(calls, [{ ...dial, offset_ms: hangup.offset_ms + 500 }]);
    stage.work();
    await stage.settled();
    expect(stored()).toEqual(['hangup']);
    expect(stage.gateway.events[0]?.call).toMatchObject({ rang: ['151'], extension: '151' });
  });

  it('is not told any more to ring when it is over', async () => {
    await live(calls, sequence('incoming_group_answered'));
    expect(await stage.deliveries()).toHaveLength(3);
    stage.work();
    await stage.settled();
    expect(stored()).toEqual(['hangup']);
  });

  it('is not told when it was taken back, and is told when it comes back', async () => {
    await live(calls, missed);
    await stage.database.pool.query(`update tracked_calls set state = 'retracted'`);
    stage.work();
    await stage.settled();
    expect(stored()).toEqual([]);
    await live(
      calls,
      missed.map((event) => ({ ...event, offset_ms: event.offset_ms + 30_000 })),
    );
    await stage.settled();
    expect(stored()).toEqual(['hangup']);
  });

  it('that turns out to be a leg after it was told is taken back, as it was told', async () => {
    stage.work();
    for (const event of legToldTooLate) {
      await live(calls, [event]);
      await stage.settled();
    }
    const leg = stage.gateway.events.filter(({ call }) => call?.phone === '+375290000002');
    expect(leg.map(inShort)).toEqual(['dial 151', 'cancel']);
    const [dial, cancel] = leg;
    expect(cancel?.call).toMatchObject({ id: dial?.call?.id, external_id: dial?.call?.external_id, rang: ['151'] });
    expect(stored().filter((one) => one === 'hangup')).toHaveLength(1);
  });

  it('that turns out to be a leg before it was told is not told of', async () => {
    await live(calls, legToldTooLate.slice(0, -1));
    await live(calls, legToldTooLate.slice(-1));
    stage.work();
    await stage.settled();
    // Of two calls: either may come first.
    expect(stored().sort()).toEqual(['cancel', 'hangup']);
  });

  it('that was recovered makes nobody ring, and its end says so', async () => {
    const events = sequence('incoming_group_answered');
    stage.work();
    await calls.store(events.slice(0, 3), 'recovery');
    await calls.fold(events[2]?.offset_ms);
    await stage.settled();
    await calls.store(events.slice(3), 'recovery');
    await calls.fold(60_000);
    await stage.settled();
    expect(stage.gateway.events.map(({ event_type, origin }) => [event_type, origin])).toEqual([
      ['hangup', 'recovery'],
    ]);
  });

  it('of a host with the clock of 1970 is known by when it came, too, and keeps that name', async () => {
    const old = missed.map((event) => ({ ...event, body: { ...event.body, UniqueId: '35.1' } }));
    const again = old.map((event) => ({ ...event, offset_ms: event.offset_ms + 6 * 3_600_000 }));
    await live(calls, [...old, ...again]);
    const ids = await calls.rows<{ external_id: string }>(
      `select external_id from tracked_calls where enterprise_number = $tenant order by started_at`,
    );
    expect(new Set(ids.map(({ external_id }) => external_id)).size).toBe(2);
    for (const { external_id: id } of ids) expect(id).toMatch(/^35\.1-\d{10}$/);
    await calls.rows(`update tracked_calls set view = view || '{"wakeAt": "2025-01-01T00:00:00Z"}', wake_at = now()`);
    await calls.fold(7 * 3_600_000);
    expect(
      await calls.rows(`select external_id from tracked_calls where enterprise_number = $tenant order by started_at`),
    ).toEqual(ids);
  });

  it('of a tenant without a CRM is not told', async () => {
    const other = await stage.addTenant({ crms: [] });
    await live(other, sequence('incoming_group_answered'));
    expect(await stage.deliveries()).toEqual([]);
    expect(await other.rows('select 1 from tracked_calls where external_id is not null')).toEqual([]);
  });
});

describe('the gateway', () => {
  it('is told who asks when it is on another machine', async () => {
    await live(calls, missed);
    stage.work({ token: 'a-long-random-text' });
    await stage.settled();
    expect(stage.gateway.headers[0]).toMatchObject({ 'x-internal-token': 'a-long-random-text' });
  });

  it('that dies after it has stored is told again, the same', async () => {
    stage.gateway.instead = 'storeAndDie';
    await live(calls, missed);
    stage.work();
    await failAgain(1);
    await asked(1);
    stage.gateway.instead = null;
    await stage.settled();
    const [first, second] = stage.gateway.events;
    expect(stored().slice(0, 2)).toEqual(['hangup', 'hangup']);
    expect(second).toEqual(first);
    expect((await stage.deliveries()).map(({ state }) => state)).toEqual(['done']);
  });

  it.each([
    ['hangs', 'hang' as const, 'no answer within 500 ms'],
    ['fails', json(500, { detail: 'try again later' }), 'answered 500 try again later'],
    ['answers with a page', { status: 200, body: '<html>' }, 'answered 200'],
    ['refuses the core', json(403, { detail: 'from this machine only' }), 'answered 403'],
    ['is another program', json(404, { detail: 'not found' }), 'answered 404'],
  ])('that %s is tried until it stores, and spoken of twice', async (_how, instead, reason) => {
    const hangs = instead === 'hang';
    stage.gateway.instead = instead;
    await live(calls, missed);
    stage.work(hangs ? { timeoutMs: 500 } : {});
    await failAgain(3);
    expect((await stage.deliveries())[0]?.last_error).toContain(reason);
    stage.gateway.instead = null;
    await stage.settled();
    // What it answers too late is told again.
    expect(hangs ? [...new Set(stored())] : stored()).toEqual(['hangup']);
    expect(says('integration cache not reached')).toHaveLength(1);
    expect(says('integration cache is back')).toHaveLength(1);
    expect(says('error')).toEqual([]);
  });

  it('that is not there is tried until it is', async () => {
    const port = await freePort();
    await live(calls, missed);
    const nowhere = stage.work({ url: `http://127.0.0.1:${port}` });
    await failAgain(2);
    expect((await stage.deliveries())[0]?.last_error).toBe('ECONNREFUSED');
    await nowhere.stop();
    stage.work();
    await stage.settled();
    expect(stored()).toEqual(['hangup']);
  });

  it('that is away is not asked for each of the calls that wait', async () => {
    await live(calls, missed);
    await stage.database.pool.query(
      `insert into deliveries (enterprise_number, target, ordering_key, dedupe_key, payload)
       select d.enterprise_number, d.target, d.ordering_key || n, d.dedupe_key || n, d.payload
       from deliveries d, generate_series(1, 300) n where d.target = 'dispatch'`,
    );
    stage.work({ url: `http://127.0.0.1:${await freePort()}`, tryEveryMs: 3_600_000 });
    await failures(1);
    await lookedAround();
    await lookedAround();
    const tries = (await stage.deliveries()).reduce((sum, { attempts }) => sum + attempts, 0);
    expect(tries).toBeLessThanOrEqual(21);
  });

  it('that cannot read an event gets it no more, and somebody is told what to do', async () => {
    stage.gateway.instead = json(422, { detail: 'call.phone: is missing' });
    await live(calls, missed);
    stage.work();
    await stage.settled();
    expect(await stage.deliveries()).toMatchObject([
      { state: 'dead', attempts: 1, last_error: 'call.phone: is missing' },
    ]);
    const [line = '', ...more] = says('error');
    expect(more).toEqual([]);
    for (const fact of ['refuses it', calls.known.number, 'hangup', 'call.phone: is missing', 'advice='])
      expect(line).toContain(fact);
  });

  it('that does not know the enterprise yet is tried for a day', async () => {
    stage.gateway.instead = json(404, { detail: 'enterprise not found by token' });
    await live(calls, missed);
    stage.work();
    await failAgain(2);
    expect(says('does not know the enterprise yet')).toHaveLength(1);
    expect(says('error')).toEqual([]);
    await stage.database.pool.query(`update deliveries set created_at = now() - interval '25 hours'`);
    await stage.settled();
    expect((await stage.deliveries())[0]).toMatchObject({ state: 'dead' });
    expect(says('nobody knows its enterprise')).toHaveLength(1);
  });

  it('takes the events of a call one after the other, and those of others meanwhile', async () => {
    stage.gateway.instead = 'hang';
    const events = sequence('incoming_group_answered');
    const talking = events.slice(
      0,
      events.findIndex(({ event }) => event === 'bridge_leave'),
    );
    await live(calls, talking);
    const other = await stage.addTenant();
    await live(other, talking);
    const impatient = stage.work({ timeoutMs: 500 });
    await asked(2);
    await failures(1);
    await impatient.stop();
    stage.gateway.instead = null;
    stage.work();
    await stage.settled();
    const of = (token: string): string[] =>
      stage.gateway.events.filter((event) => event.token === token).map(({ event_type }) => event_type);
    expect(of(calls.known.token)).toEqual(['dial', 'answer']);
    expect(of(other.known.token)).toEqual(['dial', 'answer']);
  });
});

it('what a dead worker was at is told by the next one', async () => {
  await live(calls, missed);
  await stage.database.pool.query(
    `update deliveries set state = 'running', lease_owner = gen_random_uuid(), lease_until = now() - interval '1 second',
       attempts = 1 where target = 'dispatch'`,
  );
  stage.work();
  await stage.settled();
  expect(stored()).toEqual(['hangup']);
  expect(await stage.deliveries()).toMatchObject([{ state: 'done', attempts: 2 }]);
});

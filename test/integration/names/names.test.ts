import { takeTenant } from '@live-calls/shared/db';
import { afterEach, describe, expect, it } from 'vitest';
import { until } from '../../harness/until.js';
import { json, NOBODY } from '../dispatch/gatewayStandIn.js';
import { createStage, type Stage } from './stage.js';
import type { FixtureEvent } from '../../fixtures/fixtures.js';

const CLIENT = '+375290000001';
const OTHER = '+375290000002';
const IVANOV = { last_name: 'Иванов', first_name: 'Иван' };
const SHOWN = 'Иванов Иван';

let stage: Stage;
afterEach(async () => {
  await stage.end();
});

/** A missed call of a client that rings at 151: it begins, rings, ends. */
function callOf(phone: string, serial = 1): [FixtureEvent, FixtureEvent, FixtureEvent] {
  const body = { UniqueId: `1760000000.${serial}`, Phone: phone.slice(1), CallType: 0, Trunk: '0001363' };
  const Extensions = ['151'];
  return [
    { event: 'start', offset_ms: 0, body },
    { event: 'dial', offset_ms: 0, body: { ...body, Extensions } },
    { event: 'hangup', offset_ms: 0, body: { ...body, Extensions, CallStatus: '0' } },
  ];
}

async function happen(...events: FixtureEvent[]): Promise<void> {
  await stage.store(events);
  await stage.fold();
}

/** 8020 says nothing until it is let. */
function held(): () => void {
  let letGo = (): void => undefined;
  const gate = new Promise<void>((resolve) => (letGo = resolve));
  stage.gateway.profileOf = async (phone) => {
    await gate;
    return stage.know(phone, IVANOV);
  };
  return letGo;
}

const sent = (count: number): Promise<void> =>
  until('messages are sent', () => Promise.resolve(stage.chat().sent.length >= count));
const edited = (count: number): Promise<void> =>
  until('messages are edited', () => Promise.resolve(stage.chat().edited.length >= count));
const asked = (count: number): Promise<void> =>
  until('8020 is asked', () => Promise.resolve(stage.gateway.requests.length >= count));

describe('a name', () => {
  it('that comes in time is in the first message, which goes at once', async () => {
    stage = await createStage();
    stage.gateway.profileOf = (phone) => stage.know(phone, IVANOV);
    const [start, dial] = callOf(CLIENT);
    await happen(start, dial);
    await stage.settled();
    expect(stage.chat().sent).toEqual([expect.stringContaining(`(${SHOWN})`)]);
    expect(stage.chat().edited).toEqual([]);
    expect(stage.gateway.requests).toEqual([
      `GET /customer-profile/${stage.known.number}/${encodeURIComponent(CLIENT)}`,
    ]);
    expect(stage.named.map(({ clientName }) => clientName)).toEqual([SHOWN]);
  });

  it('that comes later is added by an edit', async () => {
    stage = await createStage({ mostWaitMs: 30 });
    const letGo = held();
    const [start, dial] = callOf(CLIENT);
    await happen(start, dial);
    await sent(1);
    letGo();
    await edited(1);
    await stage.settled();
    expect(stage.chat().sent).toEqual([expect.not.stringContaining(SHOWN)]);
    expect(stage.chat().edited).toEqual([expect.stringContaining(SHOWN)]);
  });

  it('that comes after the end is added to the final message, which stays the only one', async () => {
    stage = await createStage({ mostWaitMs: 30 });
    const letGo = held();
    await happen(...callOf(CLIENT));
    await sent(1);
    letGo();
    await edited(1);
    await stage.settled();
    expect(stage.telegram.chat(stage.tenant.chats[0] ?? 0).map(({ text }) => text)).toEqual([
      expect.stringMatching(/^❌ Не отвечен.*Иванов Иван/),
    ]);
  });

  it('is asked for once while a call goes on, and shown in the state that it has come to', async () => {
    stage = await createStage();
    const letGo = held();
    const [start, dial, hangup] = callOf(CLIENT);
    await happen(start);
    await asked(1);
    await happen(dial);
    await happen(hangup);
    letGo();
    await stage.settled();
    expect(stage.gateway.requests).toHaveLength(1);
    expect(stage.chat().sent).toEqual([expect.stringMatching(/^❌ Не отвечен.*Иванов Иван/)]);
  });

  it('is a company rather than a person, and stays in every later message without being asked for', async () => {
    stage = await createStage();
    stage.gateway.profileOf = (phone) => stage.know(phone, { ...IVANOV, enterprise_name: 'ООО «Ромашка»' });
    const [start, dial, hangup] = callOf(CLIENT);
    await happen(start, dial);
    await stage.settled();
    await happen(hangup);
    await happen(...callOf(CLIENT, 2));
    await stage.settled();
    expect(stage.chat().sent).toHaveLength(3);
    for (const text of stage.chat().sent) expect(text).toContain('ООО «Ромашка»');
    expect(stage.gateway.requests).toHaveLength(1);
  });

  it('is shown when another process has let the tenant go', async () => {
    stage = await createStage({ mostWaitMs: 30 });
    const letGo = held();
    const [start, dial] = callOf(CLIENT);
    await happen(start, dial);
    await sent(1);
    const other = await stage.database.pool.connect();
    await other.query('begin');
    await takeTenant(other, stage.tenant.number);
    letGo();
    await until('the name is known', async () => (await stage.rows('select 1 from client_profiles')).length > 0);
    await other.query('rollback');
    other.release();
    await edited(1);
    expect(stage.chat().edited).toEqual([expect.stringContaining(SHOWN)]);
  });

  it('is not shown in a call that was taken back meanwhile', async () => {
    stage = await createStage({ mostWaitMs: 30 });
    const letGo = held();
    const [start, dial] = callOf(CLIENT);
    await happen(start, dial);
    await sent(1);
    await stage.rows(`update tracked_calls set state = 'retracted' where enterprise_number = $tenant`);
    letGo();
    const [, otherDial] = callOf(OTHER, 2);
    await happen(otherDial);
    await until('the other name is shown', () => Promise.resolve(stage.named.length > 0));
    await stage.settled();
    expect(stage.named.map(({ call }) => call.party)).toEqual([OTHER]);
    expect(stage.chat().edited.filter((text) => text.includes('00-00-01'))).toEqual([]);
  });
});

describe('a first message', () => {
  it('goes at once when nobody knows the client', async () => {
    stage = await createStage();
    stage.gateway.profileOf = (phone) => stage.know(phone, null);
    await happen(...callOf(CLIENT));
    await stage.settled();
    expect(stage.chat()).toEqual({ sent: [expect.stringContaining('+375 (29) 000-00-01')], edited: [] });
    await happen(...callOf(CLIENT, 2));
    await stage.settled();
    expect(stage.gateway.requests).toHaveLength(1);
  });

  it('of a call that has only begun keeps its three seconds, whatever is known of the client', async () => {
    stage = await createStage({ mostWaitMs: 300 });
    stage.gateway.profileOf = (phone) => stage.know(phone, null);
    const [start, dial] = callOf(CLIENT);
    const later = { ...start, offset_ms: 60_000 };
    await stage.store([later]);
    await stage.fold(60_000);
    await asked(1);
    await stage.names.stop();
    const waits = await stage.rows<{ wait: number }>(
      `select extract(epoch from run_at - created_at)::float8 * 1000 as wait from deliveries where target = 'telegram'`,
    );
    expect(waits.map(({ wait }) => wait > 300)).toEqual([true]);
    // Those seconds do not pass on a busy machine either.
    await stage.rows(`update deliveries set run_at = now() + interval '1 hour' where target = 'telegram'`);
    await happen({ ...dial, offset_ms: 60_000 });
    await stage.settled();
    expect(stage.chat().sent).toEqual([expect.stringMatching(/^📞 Дозвон/)]);
  });

  it('waits as long as may be, the end of the call included; later ones do not', async () => {
    stage = await createStage();
    const letGo = held();
    await happen(...callOf(CLIENT));
    await asked(1);
    const [wait = 0] = await stage.waits();
    expect(wait).toBeGreaterThan(5_000);
    expect(wait).toBeLessThanOrEqual(20_000);
    letGo();
    await stage.settled();
  });

  it.each([
    ['hangs', 'hang' as const],
    ['fails', json(500, { detail: 'try again later' })],
    ['answers with a page', { status: 200, body: '<html>' }],
    ['says something else', json(200, { name: 'Иванов', last_name: 5 })],
    ['dies', 'storeAndDie' as const],
  ])('is the only one that waits when 8020 %s', async (_how, instead) => {
    stage = await createStage({ mostWaitMs: 50 });
    stage.gateway.instead = instead;
    const [start, dial, hangup] = callOf(CLIENT);
    await happen(start, dial);
    await sent(1);
    await asked(1);
    const [, otherDial] = callOf(OTHER, 2);
    await until('nothing waits any more', () => Promise.resolve(stage.names.waitMs(stage.known, OTHER) === 0));
    await happen(hangup, otherDial);
    await stage.settled();
    expect(stage.chat().sent).toHaveLength(3);
    const waited = await stage.rows<{ waited: boolean }>(
      `select run_at > created_at as waited from deliveries d
       join telegram_messages m on d.dedupe_key = 'telegram:' || m.id where m.phone = '${OTHER}'`,
    );
    expect(waited).toEqual([{ waited: false }]);
    await stage.names.stop();
    const warnings = stage.log.lines.filter((line) => line.includes('integration cache not reached'));
    expect(warnings).toHaveLength(instead === 'hang' ? 0 : 1);
  });

  it('waits again when one was answered in time', async () => {
    stage = await createStage({ mostWaitMs: 10_000 });
    stage.gateway.instead = json(503, {});
    await happen(...callOf(CLIENT));
    await until('nothing waits any more', () => Promise.resolve(stage.names.waitMs(stage.known, OTHER) === 0));
    stage.gateway.instead = null;
    await happen(...callOf(OTHER, 2));
    await until('it waits again', () => Promise.resolve(stage.names.waitMs(stage.known, CLIENT) > 0));
    expect(stage.log.lines.filter((line) => line.includes('integration cache is back'))).toHaveLength(1);
    await happen(...callOf('+375290000003', 3));
    await stage.settled();
  });
});

describe('8020 is not asked', () => {
  it('of tenants without a primary CRM, whose names come from our own records', async () => {
    stage = await createStage({ known: { primaryCrm: null } });
    await stage.know(CLIENT, IVANOV);
    await stage.rows(
      `insert into customers (enterprise_number, phone_e164, last_name, first_seen_at, last_seen_at)
       values ($tenant, '${CLIENT}', 'Петров', now(), now())`,
    );
    await happen(...callOf(CLIENT));
    await stage.settled();
    expect(stage.chat().sent).toEqual([expect.stringContaining('(Петров)')]);
    expect(stage.gateway.requests).toEqual([]);
  });

  it('of internal calls and of clients without a number', async () => {
    stage = await createStage();
    const body = { UniqueId: '1760000000.1', Phone: '152', CallType: 2, Extensions: ['150'], CallStatus: '0' };
    const unknown = { UniqueId: '1760000000.2', Phone: '<unknown>', CallType: 0, Trunk: '0001363', CallStatus: '0' };
    await happen({ event: 'hangup', offset_ms: 0, body }, { event: 'hangup', offset_ms: 0, body: unknown });
    await stage.settled();
    expect(stage.chat().sent).toHaveLength(2);
    expect(stage.gateway.requests).toEqual([]);
  });

  it('within an hour, and is after it; what another CRM said does not count', async () => {
    stage = await createStage();
    stage.gateway.profileOf = () => Promise.resolve(NOBODY);
    await stage.know(CLIENT, IVANOV);
    await happen(...callOf(CLIENT));
    await stage.settled();
    expect(stage.gateway.requests).toEqual([]);
    await stage.rows(`update client_profiles set looked_up_at = now() - interval '61 minutes'`);
    await happen(...callOf(CLIENT, 2));
    await stage.settled();
    expect(stage.gateway.requests).toHaveLength(1);
    await stage.rows(`update client_profiles set looked_up_at = now(), crm = 'uon'`);
    await happen(...callOf(CLIENT, 3));
    await stage.settled();
    expect(stage.gateway.requests).toHaveLength(2);
    expect(stage.chat().sent.map((text) => text.includes(SHOWN))).toEqual([true, true, false]);
  });
});

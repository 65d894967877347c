import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CallView } from '@live-calls/shared/contracts';
import { liveFixtures, type Fixture } from '../../fixtures/fixtures.js';
import {
  callView,
  createDispatchStage,
  enterpriseWith,
  eventOf,
  sectionsOf,
  type DispatchStage,
  type Gateway,
} from './dispatchStage.js';

const TENANT = enterpriseWith('0367', sectionsOf('retailcrm', 'bitrix24'));
const SUCCESS = { status: 200, body: { success: true } };
const DUPLICATE = { status: 200, body: { status: 'ignored', reason: 'duplicate' } };

let stage: DispatchStage;
let gateway: Gateway;
beforeEach(async () => {
  stage = await createDispatchStage();
  stage.enterprises.set('0367', TENANT);
  gateway = await stage.startGateway();
  // What is accepted is looked at before anybody takes it away.
  await gateway.dispatch.drain();
});
afterEach(() => stage.end());

const post = (body: unknown): Promise<{ status: number; body: unknown }> => stage.post(gateway, body);
const keys = async (): Promise<string[]> => (await stage.deliveries()).map(({ key }) => key);
const stored = async (): Promise<string[]> =>
  (await stage.database.pool.query<{ key: string }>('select key from crm_events order by key')).rows.map(
    ({ key }) => key,
  );

const talked: Partial<CallView> = { state: 'final', answered: true, talked: ['150'], talk_seconds: null };

describe('an event', () => {
  it('is stored with a delivery for each enabled CRM, in the order of the call', async () => {
    expect(await post(eventOf(TENANT, 'dial', callView('a')))).toEqual(SUCCESS);
    expect(await keys()).toEqual(['retailcrm:a:dial:150', 'bitrix24:a:dial:150']);
    const { rows } = await stage.database.pool.query('select distinct ordering_key as key from deliveries order by 1');
    expect(rows).toEqual([{ key: 'bitrix24:a' }, { key: 'retailcrm:a' }]);
  });

  it('that comes again is a duplicate, also when both come at once', async () => {
    const body = eventOf(TENANT, 'dial', callView('a'));
    const answers = await Promise.all(Array.from({ length: 10 }, () => post(body)));
    expect(answers.filter(({ body: told }) => JSON.stringify(told) === '{"success":true}')).toHaveLength(1);
    expect(await post(body)).toEqual(DUPLICATE);
    expect(await keys()).toHaveLength(2);
  });

  it('is another one when somebody else rings or talks, and when the call ends', async () => {
    const dials = [['150'], ['150', '151'], ['151', '150'], ['+375290000009']];
    for (const ringing of dials) await post(eventOf(TENANT, 'dial', callView('a', { ringing })));
    for (const [people, extension] of [
      [['150'], '150'],
      [['150', '151'], '151'],
      [['150', '151'], '150'],
    ] as const)
      await post(eventOf(TENANT, 'answer', callView('a', { talked: [...people], extension })));
    await post(eventOf(TENANT, 'hangup', callView('a', talked)));
    expect(await post(eventOf(TENANT, 'hangup', callView('a')))).toEqual(DUPLICATE);
    expect(await stored()).toEqual([
      'a:answer:150',
      'a:answer:150:after:151',
      'a:answer:151',
      'a:dial:+375290000009',
      'a:dial:150',
      'a:dial:150,151',
      'a:hangup',
    ]);
  });

  it('that ends an answered call with a recording owes the recording where it is handed over by itself', async () => {
    const body = eventOf(TENANT, 'hangup', callView('a', talked));
    await post({ ...body, record_url: 'https://example.com/a.mp3' });
    await post(eventOf(TENANT, 'hangup', callView('b', { answered: false, record_url: 'https://example.com/b.mp3' })));
    const rows = await stage.deliveries();
    expect(rows.map(({ key }) => key)).toEqual([
      'retailcrm:a:hangup',
      'bitrix24:a:hangup',
      'bitrix24:a:record',
      'retailcrm:b:hangup',
      'bitrix24:b:hangup',
    ]);
    expect(rows[2]?.delay).toBeGreaterThan(10);
    expect(rows[2]?.delay).toBeLessThanOrEqual(15);
    const { rows: urls } = await stage.database.pool.query<{ url: string }>(
      `select distinct payload #>> '{call,record_url}' as url from deliveries where ordering_key like '%:a'`,
    );
    expect(urls).toEqual([{ url: 'https://example.com/a.mp3' }]);
  });

  it('that ends a call takes back the cards that nobody has shown yet', async () => {
    await post(eventOf(TENANT, 'dial', callView('a')));
    await post(eventOf(TENANT, 'hangup', callView('a')));
    const rows = await stage.deliveries();
    expect(rows.map(({ state, note }) => [state, note])).toMatchObject([
      ['done', 'dropped'],
      ['done', 'dropped'],
      ['pending', null],
      ['pending', null],
    ]);
  });
});

describe('an event that takes a call back', () => {
  const cancel = eventOf(TENANT, 'cancel', callView('a'));
  const states = async (): Promise<string[]> =>
    (await stage.deliveries()).map(({ key, state, note }) => `${key} ${note ?? state}`);

  it('takes back the cards that nobody has shown yet, and goes to the CRMs once', async () => {
    await post(eventOf(TENANT, 'dial', callView('a')));
    expect(await post(cancel)).toEqual(SUCCESS);
    expect(await post(cancel)).toEqual(DUPLICATE);
    expect(await states()).toEqual([
      'retailcrm:a:dial:150 dropped',
      'bitrix24:a:dial:150 dropped',
      'retailcrm:a:cancel pending',
      'bitrix24:a:cancel pending',
    ]);
  });

  it('goes to nobody when nobody was told of the call, or its end was accepted', async () => {
    expect(await post(cancel)).toEqual(SUCCESS);
    await post(eventOf(TENANT, 'dial', callView('b')));
    await post(eventOf(TENANT, 'hangup', callView('b')));
    expect(await post(eventOf(TENANT, 'cancel', callView('b')))).toEqual(SUCCESS);
    expect((await keys()).filter((key) => key.endsWith('cancel'))).toEqual([]);
    expect((await states()).filter((one) => one.includes('hangup'))).toEqual([
      'retailcrm:b:hangup pending',
      'bitrix24:b:hangup pending',
    ]);
  });

  it('is needless as soon as the call has an end', async () => {
    await post(eventOf(TENANT, 'dial', callView('a')));
    await post(cancel);
    await post(eventOf(TENANT, 'hangup', callView('a')));
    expect((await states()).slice(2)).toEqual([
      'retailcrm:a:cancel dropped',
      'bitrix24:a:cancel dropped',
      'retailcrm:a:hangup pending',
      'bitrix24:a:hangup pending',
    ]);
  });
});

describe('whoever posts', () => {
  it('is told what is wrong with an event', async () => {
    const body = eventOf(TENANT, 'dial', callView('a'));
    for (const [wrong, detail] of [
      [{ ...body, event_type: 'start' }, /event_type.*dial.*answer.*hangup.*cancel/],
      [{ ...body, uniqueId: 'x'.repeat(201) }, /uniqueId/],
      [{ ...body, call: { ...callView('a'), phone: '150' } }, /call\.phone/],
      ['{"token": ', /JSON/],
      ['"text"', /JSON/],
      [{ ...body, raw: { Phone: '\u0000' } }, /stored/],
    ] as const) {
      const answer = await post(wrong);
      expect(answer.status).toBe(422);
      expect((answer.body as { detail: string }).detail).toMatch(detail);
    }
    expect(await stored()).toEqual([]);
  });

  it('is told that there is no such enterprise, or that the event is too large', async () => {
    const body = eventOf({ token: '375290009999' }, 'dial', callView('a'));
    expect(await post(body)).toEqual({ status: 404, body: { detail: 'enterprise not found by token' } });
    expect((await post({ ...body, raw: { Phone: 'x'.repeat(300_000) } })).status).toBe(413);
  });

  it('is told to come again while the database is away', async () => {
    await stage.database.pool.query('alter table crm_events rename to away');
    const body = eventOf(TENANT, 'dial', callView('a'));
    expect((await post(body)).status).toBe(503);
    await stage.database.pool.query('alter table away rename to crm_events');
    expect(await post(body)).toEqual(SUCCESS);
    expect(await keys()).toHaveLength(2);
  });
});

describe('an event without the view of a core', () => {
  const raw = (type: string, fields: Record<string, unknown>): Record<string, unknown> => ({
    token: TENANT.token,
    uniqueId: '1759230684.16',
    event_type: type,
    raw: { Phone: '375290000001', CallType: 0, Trunk: '0001363', ...fields },
  });

  it('is read from what the host sent: escalation and failover are not taken for repetitions', async () => {
    await post(raw('dial', { Extensions: ['151', '150'] }));
    expect(await post(raw('dial', { Extensions: ['150&151'] }))).toEqual(DUPLICATE);
    await post(raw('dial', { Extensions: ['150', '151', '152'] }));
    await post(raw('dial', { Extensions: ['150', '151'], Trunk: '0001364' }));
    await post(raw('hangup', { Extensions: [''], CallStatus: '0', Trunk: '' }));
    const { rows } = await stage.database.pool.query<{ type: string; call: CallView }>(
      `select payload ->> 'event_type' as type, payload -> 'call' as call from deliveries
       where target = 'retailcrm' order by id`,
    );
    expect(rows.map(({ type, call }) => [type, call.ringing])).toEqual([
      ['dial', ['151', '150']],
      ['dial', ['150', '151', '152']],
      ['dial', ['150', '151']],
      ['hangup', []],
    ]);
    expect(rows[3]?.call).toMatchObject({ phone: '+375290000001', line: { id: '0001364' }, answered: false });
    expect(rows[3]?.call.rang.toSorted()).toEqual(['150', '151', '152']);
  });

  it('takes back the call that its dials tell of', async () => {
    await post(raw('dial', { Extensions: ['150'] }));
    await post({ ...raw('cancel', {}), raw: {} });
    const { rows } = await stage.database.pool.query<{ call: CallView }>(
      `select payload -> 'call' as call from deliveries
       where target = 'retailcrm' and payload ->> 'event_type' = 'cancel'`,
    );
    expect(rows.map(({ call }) => call)).toMatchObject([{ phone: '+375290000001', rang: ['150'], answered: false }]);
  });

  it('is stored and goes to nobody when it is of no client', async () => {
    expect(await post(raw('hangup', { CallType: 2, Phone: '150', Extensions: ['151'] }))).toEqual(SUCCESS);
    expect(await post({ ...raw('dial', { Phone: '<unknown>' }), uniqueId: '1.1' })).toEqual(SUCCESS);
    expect(await stored()).toHaveLength(2);
    expect(await keys()).toEqual([]);
  });

  it('of any recorded sequence is accepted', async () => {
    const accept = async ({ events, name }: Fixture): Promise<void> => {
      for (const { event, body } of events.filter(({ event: type }) => type === 'dial' || type === 'hangup')) {
        const uniqueId = `${name}:${String(body['UniqueId'])}`;
        expect((await post({ ...raw(event, {}), uniqueId, raw: body })).status, name).toBe(200);
      }
    };
    await Promise.all(liveFixtures.map(accept));
    expect((await keys()).length).toBeGreaterThan(100);
  });
});

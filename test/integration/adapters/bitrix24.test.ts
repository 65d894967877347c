import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import type { CallView } from '@live-calls/shared/contracts';
import { demoIntegrations } from '../../../shared/src/db/demoIntegrations.js';
import { createAdapter } from '../../../services/bitrix24/src/adapter.js';
import { createAttaching } from '../../../services/bitrix24/src/recording.js';
import { startAdapter, type AdapterUnderTest } from '../../contract/adapterUnderTest.js';
import { missed, ringing, sampleCall } from '../../contract/sampleCall.js';
import { createTestDatabase, type TestDatabase } from '../../harness/database.js';
import { stageOf, type CrmStage } from '../emulatorCrmStage.js';
import { startEmulator, type TestEmulator } from '../emulatorServer.js';
import { handedOn } from './handedOn.js';

let database: TestDatabase;
let emulator: TestEmulator;
const opened: { close: () => Promise<void> }[] = [];

beforeAll(async () => {
  [database, emulator] = await Promise.all([createTestDatabase(), startEmulator()]);
});
afterAll(async () => {
  await Promise.all([...opened, emulator].map(({ close }) => close()));
  await database.drop();
});

interface Stage {
  adapter: AdapterUnderTest;
  account: CrmStage;
  /** Bodies of the requests of a method. */
  asked(method: string): Promise<Record<string, unknown>[]>;
}

const CALLS = 'telephony.externalCall';

async function stage(settings: object = {}): Promise<Stage> {
  await emulator.post('/api/sandbox/reset');
  const section = { ...demoIntegrations(`${emulator.url}/sandbox`).bitrix24, enabled: true, ...settings };
  const options = { pool: database.pool, allow: [new URL(emulator.url).host], section };
  const adapter = await startAdapter(createAdapter({ attaching: createAttaching(1) }), options);
  opened.push(adapter);
  const account = stageOf(emulator, 'bitrix24');
  return {
    adapter,
    account,
    asked: async (method) =>
      (await account.view()).requests
        .filter(({ endpoint }) => endpoint === `${CALLS}.${method}`)
        .map(({ body }) => body as Record<string, unknown>),
  };
}

const fault = (method: string, mode: string, more: object = {}) =>
  emulator.post('/api/sandbox/faults', { target: 'bitrix24', method: `${CALLS}.${method}`, mode, ...more });

const DONE = { outcome: 'done' };
const talking = (call: CallView): CallView => ({ ...call, state: 'talk', ended_at: null });

describe('recorded calls in the sandbox', () => {
  const OFFICE = '0001363';

  test.each([
    {
      name: 'incoming_group_answered',
      shown: [31, 32, 33],
      registered: { TYPE: 2, LINE_NUMBER: OFFICE },
      finished: { USER_ID: 32, DURATION: 5, STATUS_CODE: '200' },
    },
    {
      name: 'incoming_group_not_answered_greeting',
      shown: [31, 32, 33],
      registered: { TYPE: 2, LINE_NUMBER: OFFICE },
      finished: { USER_ID: 31, DURATION: 0, STATUS_CODE: '304', FAILED_REASON: 'Не ответили: 150, 151, 152' },
    },
    {
      name: 'incoming_group_not_answered_greeting',
      settings: { user_extensions: { '32': '151', '33': '152' } },
      shown: [32, 33],
      registered: { TYPE: 2, LINE_NUMBER: OFFICE },
      finished: { USER_ID: 32, DURATION: 0, STATUS_CODE: '304', FAILED_REASON: 'Не ответили: 150, 151, 152' },
    },
    {
      name: 'incoming_escalation_three_dials_answered',
      shown: [32, 33],
      registered: { TYPE: 2, LINE_NUMBER: OFFICE },
      finished: { USER_ID: 32, DURATION: 5, STATUS_CODE: '200' },
    },
    {
      name: 'incoming_attended_transfer_chain_a_b_c',
      shown: [31, 32, 33],
      registered: { TYPE: 2, LINE_NUMBER: OFFICE },
      finished: { USER_ID: 31, DURATION: 22, STATUS_CODE: '200', FAILED_REASON: 'Разговаривали: 151 → 152 → 150' },
    },
    {
      name: 'outgoing_answered',
      shown: [32],
      registered: { TYPE: 1, LINE_NUMBER: OFFICE },
      finished: { USER_ID: 32, DURATION: 5, STATUS_CODE: '200' },
    },
    {
      name: 'outgoing_not_answered',
      shown: [32],
      registered: { TYPE: 1, LINE_NUMBER: OFFICE },
      finished: { USER_ID: 32, DURATION: 0, STATUS_CODE: '603-S' },
    },
    {
      name: 'incoming_answered_by_pickup_other_extension',
      settings: { user_extensions: { '33': '109' } },
      shown: [33],
      registered: { TYPE: 2, LINE_NUMBER: '0001364' },
      finished: { USER_ID: 33, DURATION: 201, STATUS_CODE: '200' },
    },
    {
      name: 'incoming_escalation_mobile_answered_mobile',
      settings: { user_extensions: { '32': '151', '33': '+375290000002' } },
      shown: [32, 33],
      registered: { TYPE: 2, LINE_NUMBER: OFFICE },
      finished: { USER_ID: 33, DURATION: 5, STATUS_CODE: '200' },
    },
  ])('$name', async ({ name, settings, shown, registered, finished }) => {
    const { adapter, account, asked } = await stage(settings);
    const events = handedOn(name);
    // Everything twice: whoever delivers may die before it hears the answer.
    for (const { type, call } of events.flatMap((event) => [event, event])) {
      expect((await adapter.deliver(type, call)).outcome).toMatchObject(DONE);
      if (type === 'answer') expect(await account.cards()).toHaveLength(1);
    }
    expect(await account.violations()).toEqual([]);
    expect(await account.cards()).toEqual([]);
    expect((await account.view()).calls).toHaveLength(1);
    const [begun, ...others] = await asked('register');
    expect(others).toEqual([]);
    const phone = events[0]?.call.phone;
    expect(begun).toMatchObject({ ...registered, PHONE_NUMBER: phone, CALL_START_DATE: '2025-10-01T12:00:00+03:00' });
    const first = begun?.['SHOW'] === 1 ? [begun['USER_ID']] : [];
    const saw = [...first, ...(await asked('show')).flatMap(({ USER_ID: userIds }) => userIds)];
    // Who was shown it, and takes the call over later, sees it again.
    expect([...new Set(saw)].toSorted()).toEqual(shown);
    const ends = await asked('finish');
    expect(ends.map(({ CALL_ID: callId, ...rest }) => (typeof callId === 'string' ? rest : callId))).toEqual([
      finished,
    ]);
  });
});

describe('whatever the order', () => {
  it('a dial after the hangup does nothing, an answer neither', async () => {
    const { adapter, account, asked } = await stage();
    const call = sampleCall();
    await adapter.deliver('hangup', call);
    const { requests } = await account.view();
    expect((await adapter.deliver('dial', ringing(call, ['150']))).outcome).toMatchObject(DONE);
    expect((await adapter.deliver('answer', talking(call))).outcome).toMatchObject(DONE);
    expect((await account.view()).requests).toHaveLength(requests.length);
    expect(await asked('register')).toMatchObject([{ SHOW: 0 }]);
    expect(await account.violations()).toEqual([]);
  });

  it('nothing is shown once the hangup has come, though the portal did not take it yet', async () => {
    const { adapter, account } = await stage();
    const call = sampleCall();
    await fault('register', '500', { count: 9 });
    expect((await adapter.deliver('hangup', call)).outcome).toMatchObject({ outcome: 'retry', kind: 'unavailable' });
    expect((await adapter.deliver('dial', ringing(call, ['150']))).outcome).toMatchObject(DONE);
    await emulator.post('/api/sandbox/reset');
    expect((await adapter.deliver('hangup', call, { attempt: 2 })).outcome).toMatchObject(DONE);
    const { calls, cards } = await account.view();
    expect([calls.length, cards]).toEqual([1, []]);
  });

  it('an answer without a dial shows the card to who talks; a dial from before shows nothing', async () => {
    const { adapter, account } = await stage();
    const call = sampleCall({ rang: ['150', '151'], talked: ['151'], extension: '151' });
    await adapter.deliver('answer', talking(call));
    expect(await account.cards()).toEqual(['151']);
    await adapter.deliver('dial', ringing(call, ['150', '151']));
    expect(await account.cards()).toEqual(['151']);
    await adapter.deliver('hangup', call);
    expect(await account.cards()).toEqual([]);
    expect(await account.violations()).toEqual([]);
  });

  it('a transfer takes the card from one to the other, and back', async () => {
    const { adapter, account } = await stage();
    const call = sampleCall({ rang: ['150', '151'] });
    await adapter.deliver('dial', ringing(call, ['150']));
    for (const [talked, extension] of [
      [['150'], '150'],
      [['150', '151'], '151'],
      [['150', '151'], '150'],
    ] as const) {
      await adapter.deliver('answer', talking({ ...call, talked: [...talked], extension }));
      expect(await account.cards()).toEqual([extension]);
    }
    expect(await account.violations()).toEqual([]);
  });

  it('what the host tells later shows no card', async () => {
    const { adapter, account, asked } = await stage();
    const call = sampleCall();
    await adapter.deliver('dial', ringing(call, ['150']), { origin: 'recovery' });
    expect((await account.view()).requests).toEqual([]);
    await adapter.deliver('hangup', call, { origin: 'recovery' });
    expect(await asked('register')).toMatchObject([{ SHOW: 0, CALL_START_DATE: call.started_at }]);
    expect(await asked('finish')).toHaveLength(1);
  });
});

describe('once, whatever is lost', () => {
  it('a registration without an answer is repeated as it was, and finds its call', async () => {
    const { adapter, account, asked } = await stage();
    const call = sampleCall({ rang: ['150', '151'] });
    await fault('register', 'accept_timeout');
    const lost = await adapter.deliver('dial', ringing(call, ['150']), { withinMs: 3_000 });
    expect(lost.outcome).toMatchObject({ kind: 'unavailable' });
    const later = { ...call, line: { id: '0001366', name: null } };
    await adapter.deliver('dial', ringing(later, ['150', '151']));
    expect(await account.cards()).toEqual(['150', '151']);
    expect((await adapter.deliver('hangup', later)).outcome).toMatchObject(DONE);
    const sent = await asked('register');
    expect(sent.length).toBeGreaterThan(1);
    expect(new Set(sent.map((each) => JSON.stringify(each))).size).toBe(1);
    expect((await account.view()).calls).toHaveLength(1);
  });

  it('a call that is finished already is done', async () => {
    const { adapter, account, asked } = await stage();
    const call = sampleCall();
    await adapter.deliver('hangup', call);
    await database.pool.query(
      `update crm_steps set done_at = null where enterprise_number = $1 and external_id = $2 and step = 'finish'`,
      [adapter.number, call.external_id],
    );
    expect((await adapter.deliver('hangup', call, { attempt: 2 })).outcome).toEqual({ outcome: 'done', notes: [] });
    expect(await asked('finish')).toHaveLength(2);
    expect(await asked('register')).toHaveLength(1);
    expect((await account.view()).calls).toHaveLength(1);
  });

  it('a portal that finished a call and said that it failed has it once', async () => {
    const { adapter, account, asked } = await stage();
    const call = sampleCall();
    await adapter.deliver('dial', ringing(call, ['150']));
    const [begun] = (await account.view()).calls;
    const direct = { CALL_ID: begun?.['callId'], USER_ID: 31, DURATION: 60, STATUS_CODE: '200' };
    await fault('finish', '500', { count: 3 });
    expect((await adapter.deliver('hangup', call)).outcome).toMatchObject({ outcome: 'retry', kind: 'unavailable' });
    await account.ask('POST', `/rest/31/demo-bitrix24-code/${CALLS}.finish`, {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(direct),
    });
    expect((await adapter.deliver('hangup', call, { attempt: 2 })).outcome).toMatchObject(DONE);
    expect(await asked('register')).toHaveLength(1);
    expect((await account.view()).calls).toHaveLength(1);
  });

  it('a call that the portal has forgotten is registered once more, and finished', async () => {
    const { adapter, account, asked } = await stage();
    const call = sampleCall();
    await adapter.deliver('dial', ringing(call, ['150']));
    await emulator.post('/api/sandbox/reset');
    await fault('register', '500', { count: 9 });
    expect((await adapter.deliver('hangup', call)).outcome).toMatchObject({ outcome: 'retry' });
    await emulator.post('/api/sandbox/reset');
    expect((await adapter.deliver('hangup', call, { attempt: 2 })).outcome).toMatchObject(DONE);
    expect(await asked('register')).toMatchObject([{ EXTERNAL_CALL_ID: `${call.external_id}:again`, SHOW: 0 }]);
    const { calls } = await account.view();
    expect(calls).toMatchObject([{ finished: { duration: 60, statusCode: '200' } }]);
    expect((await adapter.deliver('hangup', call, { attempt: 3 })).outcome).toMatchObject(DONE);
    expect(await asked('finish')).toHaveLength(1);
  });
});

describe('what people have to know', () => {
  it('a webhook that may not register is a wrong setting, and the test says so', async () => {
    const { adapter, asked } = await stage();
    await fault('register', '403');
    expect((await adapter.deliver('hangup', sampleCall())).outcome).toMatchObject({
      ...{ outcome: 'dead', kind: 'configuration' },
      error: expect.stringContaining('WRONG_AUTH_TYPE') as string,
      advice: expect.stringContaining('вебхук') as string,
    });
    expect(await asked('register')).toHaveLength(1);
    await fault('finish', '403');
    const { ok, checks } = await adapter.test();
    expect(ok).toBe(false);
    expect(checks.filter((check) => !check.ok)).toMatchObject([
      { name: 'Запись звонков в журнал', advice: expect.stringContaining('вебхук') as string },
    ]);
  });

  it('an extension that nobody has is told, and its call is in the journal', async () => {
    const { adapter, account, asked } = await stage();
    const call = sampleCall({ rang: ['199'], talked: ['199'], extension: '199' });
    await adapter.deliver('dial', ringing(call, ['199']));
    expect(await account.cards()).toEqual([]);
    expect((await adapter.deliver('hangup', call)).outcome).toEqual({
      outcome: 'done',
      notes: [expect.stringContaining('199') as string],
    });
    expect(await asked('finish')).toMatchObject([{ USER_ID: 31 }]);
  });

  it('nobody to put a call down to is a wrong setting, and the call is taken when it is put right', async () => {
    const { adapter, asked } = await stage({ default_user_id: null, user_extensions: {} });
    const call = missed({ rang: [] });
    expect((await adapter.deliver('hangup', call)).outcome).toMatchObject({
      ...{ outcome: 'dead', kind: 'configuration', advice: expect.stringContaining('default_user_id') as string },
    });
    await adapter.configure({ ...demoIntegrations(`${emulator.url}/sandbox`).bitrix24, enabled: true });
    expect((await adapter.deliver('hangup', call)).outcome).toMatchObject(DONE);
    expect(await asked('finish')).toMatchObject([{ USER_ID: 31, STATUS_CODE: '304' }]);
  });

  it('somebody who rang does not stand for the mobile that answered', async () => {
    const { adapter, account } = await stage({ default_user_id: null });
    const call = sampleCall({ rang: ['150', '151'], talked: ['+375290000009'], extension: '' });
    expect((await adapter.deliver('hangup', call)).outcome).toMatchObject({ kind: 'configuration' });
    expect((await account.view()).calls.filter(({ finished }) => finished !== undefined)).toEqual([]);
  });

  it('without users in the settings the portal finds extensions by itself', async () => {
    const { adapter, account, asked } = await stage({ default_user_id: null, user_extensions: {} });
    await adapter.deliver('hangup', sampleCall());
    await adapter.deliver('hangup', missed({ rang: ['151', '150'] }));
    expect(await asked('finish')).toMatchObject([{ USER_PHONE_INNER: '150' }, { USER_PHONE_INNER: '151' }]);
    expect(await account.violations()).toEqual([]);
  });

  it('an unknown caller becomes a lead when that is wanted', async () => {
    const { adapter, account } = await stage({ crm_create: true });
    await adapter.deliver('hangup', sampleCall({ phone: '+375290009999' }));
    expect((await account.view()).calls).toMatchObject([{ entityType: 'LEAD' }]);
  });

  it('a lead that could not be created is told, and the call is in the journal', async () => {
    const { adapter } = await stage({ crm_create: true });
    const call = sampleCall();
    const result = { CALL_ID: 'externalCall.x.1', LEAD_CREATION_ERROR: 'Не заполнено поле' };
    await fault('register', 'answer', { answer: { status: 200, json: { result } } });
    await fault('finish', 'answer', { answer: { status: 200, json: { result: { CRM_ACTIVITY_ID: 1 } } } });
    expect((await adapter.deliver('hangup', call)).outcome).toEqual({
      outcome: 'done',
      notes: ['Битрикс24 не создал лид: Не заполнено поле'],
    });
  });
});

describe('a method whose operating time is used up', () => {
  it('is left alone until its reset, the others are not', async () => {
    const { adapter, account, asked } = await stage();
    const call = sampleCall();
    await adapter.deliver('hangup', call);
    await fault('finish', '429');
    const { outcome } = await adapter.deliver('hangup', sampleCall());
    expect(outcome).toMatchObject({ outcome: 'retry', kind: 'limited', only_this: true });
    // As the sandbox told with the first finish: in ten minutes.
    const { retry_after_ms: wait = 0 } = outcome as { retry_after_ms?: number };
    expect(wait).toBeGreaterThan(60_000);
    expect(wait).toBeLessThanOrEqual(600_000);
    const before = (await asked('finish')).length;
    expect((await adapter.deliver('hangup', sampleCall())).outcome).toMatchObject({ kind: 'limited' });
    expect(await asked('finish')).toHaveLength(before);
    await adapter.deliver('dial', ringing(sampleCall(), ['150']));
    expect(await account.cards()).toContain('150');
  });
});

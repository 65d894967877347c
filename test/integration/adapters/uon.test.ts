import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { demoIntegrations } from '../../../shared/src/db/demoIntegrations.js';
import { createAdapter } from '../../../services/uon/src/adapter.js';
import { startAdapter, type AdapterUnderTest } from '../../contract/adapterUnderTest.js';
import { missed, ringing, sampleCall } from '../../contract/sampleCall.js';
import { startScriptedCrm, type GotRequest, type Reply, type ScriptedCrm } from '../../contract/scriptedCrm.js';
import { fixture } from '../../contract/uon.js';
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

const DONE = { outcome: 'done' };
const fieldsOf = ({ body }: { body: unknown }): Record<string, string> => body as Record<string, string>;

describe('recorded calls in the sandbox', () => {
  async function stage(settings: object): Promise<{ adapter: AdapterUnderTest; account: CrmStage }> {
    await emulator.post('/api/sandbox/reset');
    const section = { ...demoIntegrations(`${emulator.url}/sandbox`).uon, enabled: true, ...settings };
    const options = { pool: database.pool, allow: [new URL(emulator.url).host], section };
    const adapter = await startAdapter(createAdapter(), options);
    opened.push(adapter);
    return { adapter, account: stageOf(emulator, 'uon') };
  }

  const NOON = '2025-10-01 12:00:00';
  const OFFICE = 'Линия: Главный офис.';

  test.each([
    {
      name: 'incoming_group_answered',
      shown: ['21', '22', '23'],
      entry: { direction: '2', duration: '5', manager_id: '22' },
      note: `${OFFICE} Разговаривал: 151. Звонили: 150, 151, 152. Ожидание: 13 с.`,
    },
    {
      name: 'incoming_group_not_answered_greeting',
      shown: ['21', '22', '23'],
      entry: { direction: '2', duration: '0', manager_id: undefined },
      note: `${OFFICE} Пропущен. Звонили: 150, 151, 152. Ожидание: 14 с.`,
    },
    {
      name: 'incoming_escalation_three_dials_answered',
      shown: ['22', '23'],
      entry: { direction: '2', duration: '5', manager_id: '22' },
      note: `${OFFICE} Разговаривал: 151. Звонили: 151, 152. Ожидание: 34 с.`,
    },
    {
      name: 'incoming_attended_transfer_chain_a_b_c',
      shown: ['21', '22', '23'],
      entry: { direction: '2', duration: '22', manager_id: '21' },
      note: `${OFFICE} Разговаривали: 151 → 152 → 150. Звонили: 150, 151, 152. Ожидание: 7 с.`,
    },
    {
      name: 'outgoing_answered',
      shown: ['22'],
      entry: { direction: '1', duration: '5', manager_id: '22' },
      note: `${OFFICE} Разговаривал: 151. Ожидание: 5 с.`,
    },
    {
      name: 'incoming_answered_by_pickup_other_extension',
      settings: { user_extensions: { '23': '109' } },
      shown: ['23'],
      entry: { direction: '2', duration: '201', manager_id: '23' },
      note: 'Линия: 0001364. Разговаривал: 109. Звонили: 109. Ожидание: 25 с.',
    },
    {
      name: 'incoming_escalation_mobile_answered_mobile',
      settings: { user_extensions: { '22': '151', '23': '+375290000002' } },
      shown: ['22', '23'],
      entry: { direction: '2', duration: '5', manager_id: '23' },
      note: `${OFFICE} Разговаривал: +375290000002. Звонили: 151, 152. Ожидание: 45 с.`,
    },
  ])('$name', async ({ name, settings = {}, shown, entry, note }) => {
    const { adapter, account } = await stage(settings);
    const events = handedOn(name);
    // Everything twice: whoever delivers may die before it hears the answer.
    for (const { type, call } of [...events, ...events]) {
      expect((await adapter.deliver(type, call)).outcome).toMatchObject(DONE);
    }
    const { requests, violations, calls } = await account.view();
    expect(violations).toEqual([]);
    const notified = requests.filter(({ endpoint }) => endpoint === 'notification/create').map(fieldsOf);
    expect(notified.map(({ manager_id }) => manager_id).toSorted()).toEqual(shown);
    const phone = events[0]?.call.phone ?? '';
    for (const { text } of notified) expect(text).toContain(phone);
    expect(calls).toHaveLength(1);
    const [written = {}] = requests.filter(({ endpoint }) => endpoint === 'call_history/create').map(fieldsOf);
    expect(written).toMatchObject({ phone: phone.slice(1), start: NOON, note });
    const { direction, duration, manager_id } = written;
    expect({ direction, duration, manager_id }).toEqual(entry);
  });

  it('a call of somebody whom U-ON does not know is there without a manager, and it is told', async () => {
    const { adapter, account } = await stage({});
    const told = [];
    for (const { type, call } of handedOn('real_incoming_answered')) told.push(await adapter.deliver(type, call));
    expect(told.flatMap(({ outcome }) => (outcome.outcome === 'done' ? outcome.notes : ['not done']))).toEqual([
      'В U-ON нет менеджера с номером 158: уведомление не показано.',
      'В U-ON нет менеджера с номером 160: уведомление не показано.',
      'В U-ON нет менеджера с номером 158: звонок записан без менеджера.',
    ]);
    expect(await account.violations()).toEqual([]);
    expect((await account.view()).calls).toMatchObject([{ phone: '375290000010', duration: 104 }]);
  });

  it('the name of a client is in the notification, without entities', async () => {
    const { adapter, account } = await stage({});
    await adapter.deliver('dial', ringing(sampleCall({ phone: '+375290000003' }), ['150']));
    const { cards } = await account.view();
    expect(cards).toMatchObject([
      { extension: '150', text: 'Звонит +375290000003 — Сидоров Олег, ЗАО "Лён & Ко". Линия: Главный офис' },
    ]);
  });
});

describe('an account that answers as it likes', () => {
  interface Stage {
    adapter: AdapterUnderTest;
    account: ScriptedCrm;
    /** To whom notifications went so far. */
    shown(): string[];
    journal(): GotRequest[];
    /** These are answered so from now on, everything else as by a healthy account. */
    answers(which: (request: GotRequest) => boolean, reply: Reply): void;
  }

  async function stage(settings: object = {}): Promise<Stage> {
    const account = await startScriptedCrm();
    account.answers(fixture.answer);
    const section = { ...fixture.section(account.origin), ...settings };
    const options = { pool: database.pool, allow: [account.host], section };
    const adapter = await startAdapter(createAdapter(), options);
    opened.push(adapter, account);
    return {
      ...{ adapter, account },
      shown: () => account.requests.flatMap(fixture.shownTo),
      journal: () => account.requests.filter(fixture.isJournal),
      answers: (which, reply) => account.answers((request) => (which(request) ? reply : fixture.answer(request))),
    };
  }

  const isFor = (extension: string) => (request: GotRequest) => fixture.shownTo(request).includes(extension);
  const isManagers = ({ path }: GotRequest): boolean => path.endsWith('/manager.json');

  it('a notification without an answer is reported and not sent again; the others get theirs', async () => {
    const { adapter, shown, answers, account } = await stage();
    const call = ringing(sampleCall(), ['150', '151', '152']);
    answers(isFor('150'), 'reset');
    const reported = { outcome: 'dead', kind: 'unknown', advice: expect.stringContaining('вручную') as string };
    expect((await adapter.deliver('dial', call)).outcome).toMatchObject(reported);
    account.answers(fixture.answer);
    expect((await adapter.deliver('dial', call, { attempt: 2 })).outcome).toMatchObject(reported);
    expect(shown()).toEqual(['150', '151', '152']);
  });

  it('a notification that is refused for one is not withheld from the others', async () => {
    const { adapter, shown, answers } = await stage();
    answers(isFor('150'), { status: 400, json: { result: 400 } });
    const { outcome } = await adapter.deliver('dial', ringing(sampleCall(), ['150', '151']));
    expect(outcome).toMatchObject({ outcome: 'dead', kind: 'rejected' });
    expect(shown()).toEqual(['150', '151']);
  });

  it('a notification does not depend on the name', async () => {
    const { adapter, account, answers, shown } = await stage();
    answers(fixture.isLookup, { status: 500, json: {} });
    expect((await adapter.deliver('dial', ringing(sampleCall(), ['150']))).outcome).toMatchObject(DONE);
    expect(shown()).toEqual(['150']);
    expect(account.requests.find(isFor('150'))?.form['text']).toBe('Звонит +375290000001. Линия: Главный офис');
  });

  it('a dial after the answer or the end shows nothing, even if the end could not be written down', async () => {
    const { adapter, shown, answers } = await stage();
    const [answered, over] = [sampleCall(), sampleCall()];
    await adapter.deliver('answer', { ...answered, state: 'talk' });
    answers(fixture.isJournal, { status: 503, json: {} });
    expect((await adapter.deliver('hangup', over)).outcome).toMatchObject({ outcome: 'retry', kind: 'unavailable' });
    for (const call of [answered, over]) {
      expect((await adapter.deliver('dial', ringing(call, ['150']))).outcome).toMatchObject(DONE);
    }
    expect(shown()).toEqual([]);
  });

  it('what was told later than it happened shows nothing', async () => {
    const { adapter, account } = await stage();
    const dial = ringing(sampleCall(), ['150']);
    expect((await adapter.deliver('dial', dial, { origin: 'recovery' })).outcome).toMatchObject(DONE);
    expect(account.requests).toEqual([]);
  });

  it('a call waits for the list of managers rather than going to nobody', async () => {
    const { adapter, account, answers, journal } = await stage();
    const call = sampleCall();
    answers(isManagers, { status: 503, json: {} });
    expect((await adapter.deliver('hangup', call)).outcome).toMatchObject({ outcome: 'retry', kind: 'unavailable' });
    expect(journal()).toEqual([]);
    account.answers(fixture.answer);
    expect((await adapter.deliver('hangup', call, { attempt: 2 })).outcome).toMatchObject(DONE);
    expect(journal().map(fixture.creditedTo)).toEqual(['150']);
  });

  it('504 behind the door may have been carried out', async () => {
    const { adapter, account, answers, journal } = await stage();
    const call = sampleCall();
    answers(fixture.isJournal, { status: 504, html: '<html>Gateway Time-out</html>' });
    const unknown = { outcome: 'dead', kind: 'unknown' };
    expect((await adapter.deliver('hangup', call)).outcome).toMatchObject(unknown);
    account.answers(fixture.answer);
    expect((await adapter.deliver('hangup', call, { attempt: 2 })).outcome).toMatchObject(unknown);
    expect(journal()).toHaveLength(1);
  });

  it('times are those of the zone in the settings, and of the enterprise without one', async () => {
    const midnight = missed({ started_at: '2025-10-01T00:30:00+03:00' });
    for (const [timezone, start] of [
      ['Asia/Almaty', '2025-10-01 02:30:00'],
      ['Europe/Kaliningrad', '2025-09-30 23:30:00'],
      [null, '2025-10-01 00:30:00'],
    ]) {
      const { adapter, journal } = await stage({ timezone });
      await adapter.deliver('hangup', midnight);
      expect(journal().map(({ form }) => form['start'])).toEqual([start]);
    }
  });
});

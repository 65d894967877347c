import { afterAll, beforeAll, beforeEach, describe, expect, it, test } from 'vitest';
import { z } from 'zod';
import type { CallView } from '@live-calls/shared/contracts';
import { demoIntegrations } from '../../../shared/src/db/demoIntegrations.js';
import { createAdapter } from '../../../services/moysklad/src/adapter.js';
import { startAdapter, type AdapterUnderTest } from '../../contract/adapterUnderTest.js';
import { createTestDatabase, type TestDatabase } from '../../harness/database.js';
import { stageOf, type CrmStage } from '../emulatorCrmStage.js';
import { startEmulator, type TestEmulator } from '../emulatorServer.js';
import { hangupOf, viewsOf, type ViewEvent } from './moyskladViews.js';

let database: TestDatabase;
let emulator: TestEmulator;
let account: CrmStage;
let adapter: AdapterUnderTest;

const section = () => ({ ...demoIntegrations(`${emulator.url}/sandbox`).ms, enabled: true });

beforeAll(async () => {
  database = await createTestDatabase();
  emulator = await startEmulator();
  account = stageOf(emulator, 'moysklad');
});
afterAll(async () => {
  await emulator.close();
  await database.drop();
});
beforeEach(async () => {
  await emulator.post('/api/sandbox/reset');
  // An enterprise of its own: the ledger of another test knows nothing of its calls.
  adapter = await startAdapter(createAdapter(), {
    pool: database.pool,
    allow: [new URL(emulator.url).host],
    section: section(),
  });
  return () => adapter.close();
});

const Event = z.object({ eventType: z.string(), extension: z.string().optional() });
const Body = z.object({ events: z.array(Event).optional(), recordUrl: z.array(z.string()).optional() }).loose();

/** Extensions that were shown a card, in order. */
const shown = async (): Promise<string[]> =>
  (await account.view()).requests
    .flatMap(({ body }) => Body.safeParse(body).data?.events ?? [])
    .flatMap(({ eventType, extension }) => (eventType === 'SHOW' && extension !== undefined ? [extension] : []));

async function tell(...events: ViewEvent[]): Promise<void> {
  for (const { type, call } of events) {
    const { outcome } = await adapter.deliver(type, call);
    expect(outcome, `${type} ${JSON.stringify(outcome)}`).toMatchObject({ outcome: 'done' });
  }
}

/** The call as it has to stand in MoySklad. */
function entryOf(call: CallView): object {
  return {
    ...{ externalId: call.external_id, number: call.phone, isIncoming: call.direction === 'incoming' },
    // The demo company's zone is the account's: UTC+3.
    startTime: `${call.started_at.slice(0, 19).replace('T', ' ')}.000`,
    duration: call.answered ? (call.talk_seconds ?? 0) * 1_000 : 0,
    ...(call.extension === '' ? {} : { extension: call.extension }),
    ...(call.record_url === null ? {} : { recordUrl: [call.record_url] }),
  };
}

const FIXTURES = [
  'real_incoming_answered',
  'real_incoming_noanswer_two_dials',
  'incoming_group_answered',
  'incoming_group_not_answered_greeting',
  'incoming_group_plus_mobile_answered_on_mobile',
  'incoming_escalation_three_dials_answered',
  'incoming_escalation_not_answered',
  'incoming_attended_transfer_chain_a_b_c',
  'incoming_attended_transfer_declined_return',
  'incoming_answered_by_pickup_other_extension',
  'outgoing_answered',
  'outgoing_not_answered',
  'outgoing_attended_transfer_accepted',
];

describe('a recorded call is one entry, cards are for those who were there', () => {
  test.each(FIXTURES)('%s', async (name) => {
    const events = viewsOf(name);
    const { call } = hangupOf(events);
    await tell(...events);
    expect(await account.violations()).toEqual([]);
    expect((await account.view()).calls).toMatchObject([entryOf(call)]);
    expect(await account.cards()).toEqual([]);
    const saw = await shown();
    const rang = events.filter(({ type }) => type === 'dial').flatMap(({ call: { ringing } }) => ringing);
    expect(saw).toEqual(expect.arrayContaining(rang.filter((number) => !number.startsWith('+'))));
    expect([...call.rang, ...call.talked]).toEqual(expect.arrayContaining(saw));
    if (call.extension === '') expect((await account.view()).calls[0]).not.toHaveProperty('extension');
  });

  it('while it goes on, who talks has the card alone', async () => {
    const events = viewsOf('incoming_attended_transfer_chain_a_b_c');
    const cards: unknown[] = [];
    for (const event of events) {
      await tell(event);
      cards.push([event.type, (await account.cards()).toSorted()]);
    }
    expect(cards).toEqual([
      ['dial', ['150', '151', '152']],
      ['answer', ['151']],
      ['answer', ['152']],
      ['answer', ['150']],
      ['hangup', []],
    ]);
    const [entry] = (await account.view()).calls;
    expect(entry?.['comment']).toBe('Разговаривали: 151 (Иванов Иван) → 152 (Сидорова Анна) → 150 (Петров Пётр).');
  });
});

describe('events that are late, repeated or missing', () => {
  const events = (): ViewEvent[] => viewsOf('incoming_group_answered');

  it('again and again: nothing is told twice', async () => {
    const told = events();
    await tell(...told.flatMap((event) => [event, event]));
    const { requests } = await account.view();
    await tell(...told);
    expect((await account.view()).requests).toHaveLength(requests.length);
    expect(await account.violations()).toEqual([]);
    expect((await account.view()).calls).toHaveLength(1);
  });

  it('a hangup alone is an entry without a card, and a dial after it does nothing', async () => {
    const told = events();
    const hangup = hangupOf(told);
    await tell(hangup);
    expect((await account.view()).requests.map(({ endpoint }) => endpoint)).toEqual(['POST call']);
    await tell(...told);
    expect((await account.view()).requests).toHaveLength(1);
    expect((await account.view()).calls).toMatchObject([entryOf(hangup.call)]);
    expect(await account.violations()).toEqual([]);
  });

  it('an answer before its dial shows the card to who talks, and the dial to nobody', async () => {
    const [dial, answer, hangup] = events() as [ViewEvent, ViewEvent, ViewEvent];
    await tell(answer);
    expect(await account.cards()).toEqual([answer.call.extension]);
    await tell(dial);
    expect(await account.cards()).toEqual([answer.call.extension]);
    await tell(hangup);
    expect(await account.cards()).toEqual([]);
    expect(await account.violations()).toEqual([]);
  });

  it('what is told later, after a recovery, has no card', async () => {
    for (const { type, call } of events()) await adapter.deliver(type, call, { origin: 'recovery' });
    expect(await shown()).toEqual([]);
    expect((await account.view()).calls).toHaveLength(1);
  });
});

describe('whatever gets lost', () => {
  const steps = async (): Promise<string[]> => {
    const { rows } = await database.pool.query<{ step: string }>(
      'select step from crm_steps where enterprise_number = $1 order by begun_at',
      [adapter.number],
    );
    return rows.map(({ step }) => step);
  };

  it('a death after any step: the call is there once, with one recording and no card', async () => {
    const told = viewsOf('incoming_attended_transfer_chain_a_b_c');
    await tell(...told);
    const names = await steps();
    expect(names).toEqual(['asked', 'cards:1', 'cards:2', 'cards:3', 'cards:4', 'over', 'hide', 'finish']);
    // From the last to the second: before the first nothing was sent.
    for (const step of names.slice(1).toReversed()) {
      await database.pool.query(
        `with died as (
           update crm_steps set done_at = null, result = null where enterprise_number = $1 and step = $2
           returning begun_at
         )
         delete from crm_steps where enterprise_number = $1 and begun_at > (select begun_at from died)`,
        [adapter.number, step],
      );
      await tell(...told);
    }
    expect(await account.violations()).toEqual([]);
    expect((await account.view()).calls).toMatchObject([entryOf(hangupOf(told).call)]);
    expect(await account.cards()).toEqual([]);
  });

  test.each(['POST call', 'PUT call', 'POST event'])('an answer to %s that is cut off', async (method) => {
    const told = viewsOf('incoming_group_answered');
    for (const { type, call } of told) {
      await emulator.post('/api/sandbox/faults', { target: 'moysklad', mode: 'reset', method });
      await adapter.deliver(type, call);
      await tell({ type, call });
    }
    expect(await account.violations()).toEqual([]);
    expect((await account.view()).calls).toMatchObject([entryOf(hangupOf(told).call)]);
    expect(await account.cards()).toEqual([]);
  });

  it("a manager's comment stays", async () => {
    const told = viewsOf('incoming_attended_transfer_chain_a_b_c');
    const { call } = hangupOf(told);
    await tell(...told.slice(0, -1));
    await account.ask('PUT', `/api/phone/1.0/call/extid/${call.external_id}`, {
      headers: {
        ...{ accept: 'application/json;charset=utf-8', 'accept-encoding': 'gzip', 'content-type': 'application/json' },
        'lognex-phone-auth-token': 'demo-moysklad-phone',
      },
      body: JSON.stringify({ comment: 'Перезвонить завтра' }),
    });
    await tell(...told.slice(-1));
    const [entry] = (await account.view()).calls;
    expect(entry?.['comment']).toMatch(/^Перезвонить завтра\nРазговаривали: 151/);
  });
});

describe('settings', () => {
  it('an employee who is not there any more does not lose the call', async () => {
    const refused = { errors: [{ code: 1021, error: "Объект с типом 'employee' и идентификатором '1' не найден" }] };
    await emulator.post('/api/sandbox/faults', {
      ...{ target: 'moysklad', mode: 'answer', method: 'POST call', answer: { status: 404, json: refused } },
    });
    const { call } = hangupOf(viewsOf('outgoing_answered'));
    const { outcome } = await adapter.deliver('hangup', call);
    expect(outcome).toMatchObject({ outcome: 'done', notes: [expect.stringContaining('employee_mapping')] });
    expect((await account.view()).calls).toMatchObject([entryOf(call)]);
  });

  it('that differ from the account are named by the test', async () => {
    const mapping = {
      ...section().employee_mapping,
      '151': { employee_id: 'Иванов' },
      '199': section().employee_mapping['150'],
    };
    const { ok, checks } = await adapter.test({ ...section(), employee_mapping: mapping });
    expect(ok).toBe(false);
    expect(checks.filter((check) => !check.ok)).toMatchObject([
      {
        detail: '151: employee_id не похож на id; 199: в МойСклад нет сотрудника с таким добавочным',
        advice: expect.stringContaining('добавочными') as string,
      },
    ]);
  });

  it('a token may be a login and a password', async () => {
    await adapter.configure({ ...section(), api_token: 'admin@demo:demo-password' });
    expect(await adapter.client('+375290000002')).toMatchObject({
      body: { client: { last_name: 'Петрова', first_name: 'Мария', enterprise_name: null, extension: '151' } },
    });
    expect(await account.violations()).toEqual([]);
  });
});

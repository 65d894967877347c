import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { createAdapter } from '../../../services/moysklad/src/adapter.js';
import { startAdapter, type AdapterUnderTest } from '../../contract/adapterUnderTest.js';
import { PHONE } from '../../contract/fixture.js';
import { fixture } from '../../contract/moysklad.js';
import { ringing, sampleCall } from '../../contract/sampleCall.js';
import { startScriptedCrm, type GotRequest, type Reply, type ScriptedCrm } from '../../contract/scriptedCrm.js';
import { createTestDatabase, type TestDatabase } from '../../harness/database.js';

let database: TestDatabase;
let account: ScriptedCrm;
let adapter: AdapterUnderTest;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  account = await startScriptedCrm();
  account.answers(fixture.answer);
  const section = fixture.section(account.origin);
  adapter = await startAdapter(createAdapter(), { pool: database.pool, allow: [account.host], section });
});
afterEach(() => Promise.all([adapter.close(), account.close()]));

const CALLS = '/api/phone/1.0/call';
const NO_CALL = { status: 404, json: { errors: [{ code: 1021, error: "Объект с типом 'call' не найден" }] } };
const DONE = { outcome: { outcome: 'done' } };

const asked = (): [string, unknown][] =>
  account.requests.map(({ method, path, json }) => [`${method} ${path.replace(CALLS, 'call')}`, json]);
const methods = (): string[] => account.requests.map(({ method }) => method);

/** One after the other; then as a healthy account. */
function answers(...replies: Reply[]): void {
  const left = [...replies];
  account.answers((request: GotRequest) => left.shift() ?? fixture.answer(request));
}

it('tells a call as it happens, and nothing that is not certain', async () => {
  const call = sampleCall({
    rang: ['150', '151'],
    talked: ['150', '151'],
    extension: '151',
    external_id: '1759220100.27',
  });
  await adapter.deliver('dial', ringing(call, ['150']));
  await adapter.deliver('answer', { ...call, talked: ['150'], extension: '150', state: 'talk', ended_at: null });
  await adapter.deliver('answer', { ...call, state: 'talk', ended_at: null });
  await adapter.deliver('hangup', call);
  const sequence = expect.any(Number) as number;
  const extid = 'call/extid/1759220100.27';
  expect(asked()).toMatchObject([
    [
      'POST call',
      {
        ...{ externalId: '1759220100.27', number: PHONE, isIncoming: true, startTime: '2025-09-30 11:15:00.000' },
        events: [{ eventType: 'SHOW', extension: '150', sequence }],
      },
    ],
    [
      `PUT ${extid}`,
      {
        events: [
          { eventType: 'HIDE', extension: '150', sequence },
          { eventType: 'SHOW', extension: '151', sequence },
        ],
      },
    ],
    [`POST ${extid}/event`, { eventType: 'HIDE_ALL', sequence }],
    [`PUT ${extid}`, { extension: '151', employee: { type: 'employee' }, duration: 60_000 }],
    [`PUT ${extid}`, { recordUrl: [call.record_url], comment: 'Разговаривали: 150 → 151.' }],
  ]);
  const fields = asked().map(([, json]) => Object.keys(json as object));
  expect(fields[0]).toEqual(['externalId', 'number', 'isIncoming', 'startTime', 'events']);
  expect(fields[3]).toEqual(['extension', 'employee', 'duration']);
});

it('changes a call before it creates it once more', async () => {
  answers('reset', NO_CALL);
  expect(await adapter.deliver('hangup', sampleCall())).toMatchObject(DONE);
  expect(methods()).toEqual(['POST', 'PUT', 'POST']);
});

it('finds the call that it had created without an answer, and adds the recording', async () => {
  answers('reset');
  expect(await adapter.deliver('hangup', sampleCall())).toMatchObject(DONE);
  expect(methods()).toEqual(['POST', 'PUT', 'PUT']);
});

it('changes a call that is there although nobody remembers it', async () => {
  answers({ status: 412, json: { errors: [{ code: 3006, error: 'нарушено ограничение уникальности' }] } });
  expect(await adapter.deliver('dial', ringing(sampleCall(), ['150']))).toMatchObject(DONE);
  expect(methods()).toEqual(['POST', 'PUT']);
});

it('writes the entry although the cards cannot be closed', async () => {
  const call = sampleCall();
  await adapter.deliver('dial', ringing(call, ['150']));
  answers({ status: 400, json: { errors: [{ code: 3005, error: 'неверное значение' }] } });
  const { outcome } = await adapter.deliver('hangup', call);
  expect(outcome).toMatchObject({ outcome: 'done', notes: [expect.stringContaining('не закрыл карточку')] });
  expect(account.requests.filter(fixture.isJournal)).toHaveLength(1);
});

it('asks nothing of an account that has just refused', async () => {
  account.answers(() => ({
    ...(fixture.rateLimit as object),
    status: 429,
    headers: { 'X-Lognex-Retry-After': '60000' },
  }));
  const limited = { outcome: { outcome: 'retry', kind: 'limited' } };
  expect(await adapter.deliver('hangup', sampleCall())).toMatchObject(limited);
  expect(await adapter.deliver('hangup', sampleCall())).toMatchObject(limited);
  expect(account.requests).toHaveLength(1);
  account.answers(fixture.answer);
  expect(await adapter.client(PHONE)).toMatchObject({ status: 200 });
  expect(await adapter.test()).toMatchObject({ ok: true });
});

it('searches a client by all digits, then by the last ones', async () => {
  answers({ status: 200, json: { rows: [] } });
  expect(await adapter.client(PHONE)).toEqual({ status: 200, body: { client: fixture.client } });
  expect(account.requests.map(({ query }) => query['search'] ?? query['filter'])).toEqual([
    '375290000001',
    'phone=~290000001',
  ]);
});

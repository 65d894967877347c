import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startEmulator, type TestEmulator } from './emulatorServer.js';
import { until } from '../harness/until.js';
import { cases, formOf, sample, stageOf, type Answer } from './emulatorCrmStage.js';

let now = Date.now();
let emulator: TestEmulator;
beforeAll(async () => {
  emulator = await startEmulator({ now: () => now });
});
afterAll(() => emulator.close());
beforeEach(() => emulator.post('/api/sandbox/reset'));

const PHONE = '+375290000001';
const MOYSKLAD = { 'accept-encoding': 'gzip', accept: 'application/json;charset=utf-8' };

/** A request that each CRM does, and whose trace is seen. */
const REQUESTS = {
  retailcrm: [
    '/api/v5/telephony/calls/upload',
    { 'x-api-key': 'demo-retailcrm-key' },
    () =>
      formOf({
        calls: [
          {
            ...{ date: '2026-01-31 09:05:00', type: 'in', phone: PHONE, code: '150', result: 'answered' },
            externalId: 'x-1',
          },
        ],
      }),
  ],
  moysklad: [
    '/api/phone/1.0/call',
    { ...MOYSKLAD, 'lognex-phone-auth-token': 'demo-moysklad-phone', 'content-type': 'application/json' },
    () => JSON.stringify({ externalId: 'x-1', number: PHONE, isIncoming: true, startTime: '2026-01-31 09:05:00.000' }),
  ],
  uon: [
    '/demo-uon-key/call_history/create.json',
    {},
    () => formOf({ phone: PHONE.slice(1), start: '2026-01-31 09:05:00' }),
  ],
  bitrix24: [
    '/rest/31/demo-bitrix24-code/telephony.externalCall.register',
    { 'content-type': 'application/json' },
    () => JSON.stringify({ USER_ID: 31, PHONE_NUMBER: PHONE, TYPE: 2, EXTERNAL_CALL_ID: 'x-1' }),
  ],
} as const;
type Name = keyof typeof REQUESTS;
const NAMES = Object.keys(REQUESTS) as Name[];

function ask(name: Name, signal?: AbortSignal): Promise<Response> {
  const [path, headers, body] = REQUESTS[name];
  const url = `${emulator.url}/sandbox/${name}${path}`;
  return fetch(url, { method: 'POST', headers, body: body(), signal: signal ?? null });
}
const askFor = (target: string, fault: object): Promise<{ status: number }> =>
  emulator.post('/api/sandbox/faults', { target, ...fault });
const callsOf = async (name: Name): Promise<number> => (await stageOf(emulator, name).view()).calls.length;

/** Asks and gives up, a moment after the request has come. @param requests so many have come then */
async function expectNoAnswer(name: Name, requests: number): Promise<void> {
  const patience = new AbortController();
  const answered = expect(ask(name, patience.signal)).rejects.toThrow();
  await until('it is asked', async () => (await stageOf(emulator, name).view()).requests.length === requests);
  setTimeout(() => patience.abort(), 200);
  await answered;
}

describe('faults on demand', () => {
  test.each([
    ['retailcrm', '429', 503, { success: false }],
    ['retailcrm', '500', 500, { success: false }],
    ['retailcrm', '503', 503, { success: false }],
    ['retailcrm', '403', 403, { success: false, errorMsg: 'Access denied.' }],
    ['moysklad', '429', 429, { errors: [{ code: 1049 }] }],
    ['moysklad', '500', 500, { errors: [{ code: 1999 }] }],
    ['moysklad', '503', 503, { errors: [{ code: 1074 }] }],
    ['moysklad', '403', 403, { errors: [{ code: 1016 }] }],
    ['uon', '429', 429, { result: 429 }],
    ['uon', '500', 500, { result: 500 }],
    ['uon', '403', 403, { result: 403 }],
    ['bitrix24', '429', 429, { error: 'OPERATION_TIME_LIMIT' }],
    ['bitrix24', '500', 500, { error: 'INTERNAL_SERVER_ERROR' }],
    ['bitrix24', '503', 503, { error: 'QUERY_LIMIT_EXCEEDED' }],
    ['bitrix24', '403', 403, { error: 'WRONG_AUTH_TYPE' }],
  ] as const)('%s %s is met once, then all is well', async (name, mode, status, body) => {
    expect((await askFor(name, { mode })).status).toBe(201);
    const refused = await ask(name);
    expect(refused.status).toBe(status);
    expect(await refused.json()).toMatchObject(body);
    if (name === 'moysklad' && mode === '429') {
      expect(refused.headers.get('x-lognex-retry-after')).toBe('1000');
      expect(refused.headers.get('x-lognex-reset')).toBe('1000');
    }
    expect(await callsOf(name)).toBe(0);
    expect((await ask(name)).status).toBe(200);
    const { requests, calls, violations } = await stageOf(emulator, name).view();
    expect(requests).toMatchObject([{ status, fault: mode }, { status: 200 }]);
    expect([calls.length, violations.length]).toEqual([1, 0]);
  });

  test('what Bitrix24 answers is what its documentation says', async () => {
    const documented = [
      ...cases('bitrix24-errors-system').map(({ status, json }) => [status, json]),
      ...(sample('bitrix24-errors-telephony')['errors'] as { register: object[] }).register.map((json) => [403, json]),
    ];
    for (const mode of ['429', '500', '503', '403']) {
      await askFor('bitrix24', { mode });
      const answer = await ask('bitrix24');
      expect(documented).toContainEqual([answer.status, await answer.json()]);
    }
  });

  test.each(NAMES)('%s: a page instead of JSON', async (name) => {
    await askFor(name, { mode: 'html' });
    const answer = await ask(name);
    expect(answer.headers.get('content-type')).toMatch(/^text\/html/);
    expect(await answer.text()).toMatch(/^<html>/);
    expect(answer.status).toBeGreaterThanOrEqual(400);
  });

  test.each(NAMES)('%s: no answer, done or not', async (name) => {
    await askFor(name, { mode: 'timeout' });
    await expectNoAnswer(name, 1);
    expect(await callsOf(name)).toBe(0);
    await askFor(name, { mode: 'accept_timeout' });
    await expectNoAnswer(name, 2);
    expect(await callsOf(name)).toBe(1);
    await askFor(name, { mode: 'reset' });
    await expect(ask(name)).rejects.toThrow('fetch failed');
    const { requests } = await stageOf(emulator, name).view();
    expect(requests).toMatchObject([
      { status: null, fault: 'timeout' },
      { status: null, fault: 'accept_timeout' },
      { status: null, fault: 'reset' },
    ]);
  });

  test.each(NAMES)('%s: a slow answer', async (name) => {
    await askFor(name, { mode: 'slow', delay_ms: 1_500 });
    const slow = ask(name);
    expect((await ask(name === 'uon' ? 'retailcrm' : 'uon')).status).toBe(200);
    expect(await callsOf(name)).toBe(0);
    expect((await slow).status).toBe(200);
    expect(await callsOf(name)).toBe(1);
  });

  test('for one method only, as often as asked for', async () => {
    await askFor('moysklad', { mode: '500', count: 2, method: 'put CALL' });
    expect((await ask('moysklad')).status).toBe(200);
    const [, headers] = REQUESTS.moysklad;
    const url = `${emulator.url}/sandbox/moysklad/api/phone/1.0/call/extid/x-1`;
    const put = (): Promise<Response> => fetch(url, { method: 'PUT', headers, body: '{"comment":"x"}' });
    expect([(await put()).status, (await put()).status, (await put()).status]).toEqual([500, 500, 200]);
    const { requests } = await stageOf(emulator, 'moysklad').view(`?phone=${PHONE.slice(1)}`);
    expect(requests.map(({ status }) => status)).toEqual([200, 500, 500, 200]);
  });

  test('any answer can be asked for word by word', async () => {
    for (const { body } of [...cases('bitrix24-errors-phpsdk'), ...cases('retailcrm-errors')]) {
      if (body === undefined) continue;
      await askFor('bitrix24', { mode: 'answer', answer: { status: 402, json: body } });
      const answer = await ask('bitrix24');
      expect([answer.status, await answer.json()]).toEqual([402, body]);
    }
    expect(await callsOf('bitrix24')).toBe(0);
  });

  test.each([
    [{ target: 'amo', mode: '500' }],
    [{ target: 'uon', mode: 'chat_not_found' }],
    [{ target: 'uon', mode: 'answer' }],
    [{ target: 'uon', mode: '500', answer: { status: 200, json: {} } }],
  ])('%j is no fault', async (fault) => {
    expect((await emulator.post('/api/sandbox/faults', fault)).status).toBe(400);
  });
});

describe('limits like those of the vendors', () => {
  const statuses = async (name: Name, count: number): Promise<number[]> => {
    const answers = [];
    for (let n = 0; n < count; n++) answers.push((await ask(name)).status);
    return answers;
  };

  test.each([
    ['retailcrm', 40, 503, 1_000],
    ['moysklad', 100, 429, 5_000],
    ['uon', 10, 429, 1_000],
    ['bitrix24', 50, 503, 500],
  ] as const)('%s lets %i through at once', async (name, size, status, freeAfterMs) => {
    await emulator.post('/api/sandbox/limits', { [name]: true });
    const passed = await statuses(name, size);
    expect(passed).not.toContain(status);
    expect(await statuses(name, 1)).toEqual([status]);
    now += freeAfterMs + 1;
    expect(await statuses(name, 1)).not.toContain(status);
    if (name === 'bitrix24') expect(await statuses(name, 1)).toEqual([status]);
  });

  test('as documented', () => {
    const bitrix = sample('bitrix24-limits')['rate'];
    expect(bitrix).toMatchObject({ bucket: 50, perSecondLeak: 2, onExceed: { status: 503 } });
    expect(sample('moysklad-limits')).toMatchObject({ windowSeconds: 3, units: 45, phoneApi: { requestsPer5s: 100 } });
  });

  test('off until they are asked for', async () => {
    expect(new Set(await statuses('uon', 15))).toEqual(new Set([200]));
    const { status, body } = await emulator.post('/api/sandbox/limits', { uon: true });
    expect([status, body]).toMatchObject([200, { telegram: false, uon: true, bitrix24: false }]);
    expect((await emulator.post('/api/sandbox/limits', { amo: true })).status).toBe(400);
  });
});

describe('what people and tests read', () => {
  test.each(NAMES)('%s: a request, its answer and nobody’s key', async (name) => {
    await ask(name);
    const view = await stageOf(emulator, name).view();
    expect(view.requests).toMatchObject([{ method: 'POST', status: 200 }]);
    expect(JSON.stringify(view.requests[0]?.body)).toContain(PHONE.slice(1));
    expect(view.calls).toHaveLength(1);
    expect(view.violations).toEqual([]);
    expect(JSON.stringify(view)).not.toContain('demo-');
  });

  test('by phone, in any spelling, and by time', async () => {
    await ask('retailcrm');
    const before = now;
    now += 60_000;
    const crm = stageOf(emulator, 'retailcrm');
    const other: Answer = await crm.ask('GET', '/api/v5/telephony/manager?phone=80290000002', {
      headers: { 'x-api-key': 'demo-retailcrm-key' },
    });
    expect(other.status).toBe(200);
    expect((await crm.view('?phone=80290000001')).requests).toMatchObject([{ endpoint: 'telephony/calls/upload' }]);
    expect((await crm.view('?phone=%2B375290000002')).requests).toMatchObject([{ endpoint: 'telephony/manager' }]);
    expect((await crm.view('?phone=375290000002')).calls).toEqual([]);
    expect((await crm.view(`?since=${String(before + 1)}`)).requests).toHaveLength(1);
    expect((await crm.view(`?since=${new Date(before).toISOString()}`)).requests).toHaveLength(2);
    expect((await fetch(`${emulator.url}/api/sandbox/retailcrm?since=вчера`)).status).toBe(400);
  });

  test('a violation is told with its request', async () => {
    const crm = stageOf(emulator, 'uon');
    await crm.ask('POST', '/demo-uon-key/call_history/create.json', { body: formOf({ phone: PHONE.slice(1) }) });
    const { violations } = await crm.view('?phone=375290000001');
    expect(violations).toMatchObject([
      {
        message: 'call_history/create: нет обязательного поля start.',
        request: { path: '/***-key/call_history/create.json', body: { phone: PHONE.slice(1) } },
      },
    ]);
  });

  test('a reset forgets it all', async () => {
    for (const name of NAMES) await ask(name);
    await askFor('uon', { mode: '500' });
    await emulator.post('/api/sandbox/reset');
    for (const name of NAMES) {
      const nothing = { requests: [], violations: [], calls: [], cards: [] };
      expect(await stageOf(emulator, name).view()).toEqual(nothing);
      expect((await ask(name)).status).toBe(200);
    }
  });

  test('what is watched is told of changes', async () => {
    const response = await fetch(`${emulator.url}/api/sandbox/telegram/stream`);
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    await ask('uon');
    let heard = '';
    while (!heard.includes('"crm":"uon"')) heard += (await reader?.read())?.value ?? '';
    await reader?.cancel();
    expect(heard).toContain('data: {"crm":"uon"}');
  });
});

test('every sample is used', () => {
  /** It goes the other way: from the vendor to the provider of telephony. */
  const notForTheSandbox = ['moysklad-phone-click-to-call'];
  const folder = (path: string): string[] => readdirSync(new URL(path, import.meta.url));
  const tests = folder('./')
    .filter((file) => file.startsWith('emulatorCrm'))
    .map((file) => readFileSync(new URL(file, import.meta.url), 'utf8'))
    .join('\n');
  const samples = folder('../fixtures/crm-samples/').map((file) => file.replace('.json', ''));
  expect(samples.length).toBeGreaterThan(50);
  expect(samples.filter((name) => !tests.includes(`'${name}'`))).toEqual([]);
  expect(samples).toEqual(expect.arrayContaining(notForTheSandbox));
});

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startEmulator, type TestEmulator } from './emulatorServer.js';
import {
  cases,
  differences,
  formOf,
  missing,
  sample,
  stageOf,
  type Answer,
  type CrmStage,
} from './emulatorCrmStage.js';

let emulator: TestEmulator;
let crm: CrmStage;
beforeAll(async () => {
  emulator = await startEmulator();
  crm = stageOf(emulator, 'retailcrm');
});
afterAll(() => emulator.close());
beforeEach(() => emulator.post('/api/sandbox/reset'));

const KEY = { 'x-api-key': 'demo-retailcrm-key' };
const get = (path: string, query: Record<string, string> = {}): Promise<Answer> =>
  crm.ask('GET', `/api/v5/${path}?${new URLSearchParams(query).toString()}`, { headers: KEY });
const post = (path: string, form: object): Promise<Answer> =>
  crm.ask('POST', `/api/v5/${path}`, { headers: KEY, body: formOf({ ...form }) });
const sendEvent = (event: object): Promise<Answer> => post('telephony/call/event', { event });
const upload = (...calls: object[]): Promise<Answer> => post('telephony/calls/upload', { calls });

const EVENT = { phone: '+375290000001', type: 'in', codes: ['150'] };
const CALL = {
  ...{ date: '2026-01-31 09:05:00', type: 'in', phone: '+375290000001', code: '150', result: 'answered' },
  ...{ duration: 60, externalId: '1758798777.27' },
};

describe('what its clients send is taken as it is', () => {
  test.each([
    'retailcrm-call-event-php',
    'retailcrm-call-event-legacy-php',
    'retailcrm-calls-upload-php',
    'retailcrm-calls-upload-legacy-php',
  ])('%s', async (name) => {
    const { request, response } = sample(name);
    const answer = await crm.ask('POST', request?.path ?? '', { headers: KEY, body: formOf(request?.form ?? {}) });
    expect(answer.status).toBe(response?.status);
    expect(answer.json).toMatchObject(response?.json ?? {});
    expect(await crm.violations()).toEqual([]);
  });

  test.each(['retailcrm-manager-php', 'retailcrm-manager-python'])('%s: who calls and who answers', async (name) => {
    const { request, response } = sample(name);
    const unknown = await get('telephony/manager', request?.query);
    expect(unknown.json).toMatchObject({ success: true });
    expect(unknown.json).not.toHaveProperty('customer');
    expect(unknown.json).not.toHaveProperty('manager');
    const known = await get('telephony/manager', { ...request?.query, phone: '+375290000001' });
    // One of the two knows the flag as a text.
    expect(differences(known.json, { ...Object(response?.json), success: true })).toEqual(
      name.endsWith('php') ? ['.links.customerLink: unknown'] : [],
    );
    expect(known.json).toMatchObject({
      manager: { code: '150', lastName: 'Петров' },
      customer: { lastName: 'Иванов', phones: [{ number: '+375290000001' }] },
    });
    expect(await crm.violations()).toEqual([]);
  });

  test('customers by a phone', async () => {
    const { request, response } = sample('retailcrm-customers-list');
    expect((await get('customers', request?.query)).json).toMatchObject({ success: true, customers: [] });
    const { json } = await get('customers', { 'filter[name]': '375290000002' });
    expect(json).toMatchObject({ pagination: { totalCount: 1 }, customers: [{ lastName: 'Петрова' }] });
    expect(differences(json, response?.json)).toEqual([]);
    expect(await crm.violations()).toEqual([]);
  });

  test('users and the zone of the account', async () => {
    const users = sample('retailcrm-users-list');
    const answer = await get('users', users.request?.query);
    // The recorded user has a first name only.
    const unknown = differences(answer.json, users.response?.json);
    expect(new Set(unknown)).toEqual(new Set(['.users[].lastName: unknown', '.users[].patronymic: unknown']));
    expect(answer.json).toMatchObject({ users: [{ id: 11 }, { id: 12 }, { id: 13 }] });
    const settings = sample('retailcrm-settings-timezone');
    const { json } = await get('settings');
    expect([...differences(json, settings.response?.json), ...missing(json, settings.response?.json)]).toEqual([]);
    expect(await crm.violations()).toEqual([]);
  });

  test('without a module that is active there is no telephony', async () => {
    const module = { code: 'calls', active: false, integrations: { telephony: { makeCallUrl: 'https://x.example' } } };
    expect((await post('integration-modules/calls/edit', { integrationModule: module })).status).toBe(200);
    for (const { request, response } of cases('retailcrm-telephony-not-enabled')) {
      const answer = await crm.ask('POST', request?.path ?? '', { headers: KEY, body: formOf(request?.form ?? {}) });
      expect([answer.status, answer.json]).toEqual([response?.status, response?.json]);
    }
    await post('integration-modules/calls/edit', {
      integrationModule: {
        ...module,
        active: true,
        integrations: { telephony: { additionalCodes: [{ userId: 11, code: '160' }] } },
      },
    });
    expect((await sendEvent({ ...EVENT, codes: ['160'] })).json).toEqual({ success: true });
    expect((await crm.view()).cards).toMatchObject([{ userId: 11 }]);
    expect(await crm.violations()).toEqual([]);
  });
});

describe('cards and the journal', () => {
  test('an incoming call shows cards, its end hides them', async () => {
    expect((await sendEvent({ ...EVENT, codes: ['150', '151', '199'], userIds: [99] })).json).toEqual({
      success: true,
      notExistCodes: ['199'],
      notExistUsers: [99],
    });
    expect(await crm.cards()).toEqual(['150', '151']);
    await sendEvent({ ...EVENT, type: 'hangup', codes: ['151'], hangupStatus: 'no answered' });
    expect(await crm.cards()).toEqual(['150']);
    expect(await crm.violations()).toEqual([]);
  });

  test('a call that comes again is a duplicate, not a second one', async () => {
    expect((await upload(CALL)).json).toEqual({ success: true, processedCallsCount: 1, duplicateCalls: [] });
    expect((await upload(CALL, { ...CALL, externalId: '1758798777.28' })).json).toEqual({
      success: true,
      processedCallsCount: 1,
      duplicateCalls: ['1758798777.27'],
    });
    expect((await crm.view()).calls).toMatchObject([{ externalId: '1758798777.27' }, { externalId: '1758798777.28' }]);
    expect(await crm.violations()).toEqual([]);
  });
});

describe('who may ask', () => {
  const errors = cases('retailcrm-errors').map(({ body }) => body);

  test.each([
    [{}, 'missing'],
    [{ 'x-api-key': 'somebody-elses-key' }, 'Wrong'],
  ])('%j may not', async (headers, word) => {
    const { status, json } = await crm.ask('GET', '/api/v5/users', { headers });
    expect(status).toBe(403);
    expect(errors).toContainEqual(json);
    expect(json).toMatchObject({ errorMsg: expect.stringContaining(word) as string });
    expect(await crm.violations()).toHaveLength(1);
    expect(JSON.stringify(await crm.view())).not.toContain('somebody');
  });

  test('a key in the query or in the form will do', async () => {
    expect((await crm.ask('GET', '/api/v5/users?apiKey=demo-other-key')).status).toBe(200);
    const body = formOf({ apiKey: 'demo-other-key', event: EVENT });
    expect((await crm.ask('POST', '/api/v5/telephony/call/event', { body })).status).toBe(200);
    const view = await crm.view();
    expect(view.violations).toEqual([]);
    expect(JSON.stringify(view)).not.toContain('demo-other-key');
  });

  test('where nothing is there is no account, and no method', async () => {
    const { status, text } = await crm.ask('GET', '/elsewhere', { headers: KEY });
    const [html, method] = cases('retailcrm-error-html-405');
    expect([status, text]).toEqual([html?.['status'], html?.['rawBody']]);
    const wrong = await get('telephony/call/event');
    expect([wrong.status, wrong.json]).toEqual([method?.['status'], method?.['body']]);
    expect(await crm.violations()).toHaveLength(2);
  });
});

describe('what is wrong is seen', () => {
  test.each([
    [{ ...EVENT, type: 'ringing' }, 'нет среди допустимых', 400],
    [{ ...EVENT, phone: undefined }, 'нет обязательного поля phone', 400],
    [{ ...EVENT, phone: 375290000001 }, 'поле phone: ожидается строка, получено: число', 400],
    [{ ...EVENT, phone: 'Иванов' }, 'нужен номер телефона', 400],
    [{ ...EVENT, codes: [150] }, 'поле codes[0]', 400],
    [{ ...EVENT, type: 'hangup', hangupStatus: 'no answer' }, 'no answered', 400],
    [{ ...EVENT, type: 'hangup' }, 'нет hangupStatus', 200],
    [{ ...EVENT, codes: [] }, 'ни codes, ни userIds', 200],
    [{ ...EVENT, record: 'x' }, 'неизвестное поле record', 200],
  ])('event %j', async (event, message, status) => {
    expect((await sendEvent(event)).status).toBe(status);
    expect(await crm.violations()).toEqual([expect.stringContaining(message)]);
  });

  test.each([
    [{ date: '2026-01-31T09:05:00Z' }, 'поле calls[0].date: нужно время вида', 400],
    [{ date: '2026-02-31 09:05:00' }, 'поле calls[0].date: нужно время вида', 400],
    [{ date: '2100-01-01 00:00:00' }, 'звонок в будущем', 200],
    [{ result: 'no answered' }, 'нет среди допустимых', 400],
    [{ result: 'cancel' }, 'нет среди допустимых', 400],
    [{ duration: '60' }, 'поле calls[0].duration: ожидается число', 400],
    [{ duration: 90_000_000 }, 'похоже на миллисекунды', 200],
    [{ recordUrl: '/records/1.mp3' }, 'нужна ссылка', 400],
    [{ externalId: undefined }, 'нет externalId', 200],
    [{ result: undefined }, 'нет result', 200],
    [{ code: undefined }, 'ни code, ни userId', 200],
  ])('call %j', async (change, message, status) => {
    const { status: actual, json } = await upload({ ...CALL, ...change });
    expect(actual).toBe(status);
    expect(await crm.violations()).toEqual([expect.stringContaining(message)]);
    if (status === 400) {
      expect(json).toMatchObject({ success: false, errorMsg: 'Errors in the entity format' });
      expect((await crm.view()).calls).toEqual([]);
    }
  });

  test('too many calls at once', async () => {
    await upload(...Array.from({ length: 51 }, (_each, n) => ({ ...CALL, externalId: String(n) })));
    expect(await crm.violations()).toEqual([expect.stringContaining('51 звонков')]);
  });

  test.each([
    [{ body: JSON.stringify({ event: EVENT }), type: 'application/json' }, ['нужна форма']],
    [{ body: 'calls=[]', type: 'application/x-www-form-urlencoded' }, ['нет поля event']],
    [{ body: 'event={phone', type: 'application/x-www-form-urlencoded' }, ['должен быть JSON']],
    [
      { body: formOf({ event: EVENT }).toString(), type: 'application/x-www-form-urlencoded; charset=cp1251' },
      ['cp1251'],
    ],
    [
      { body: `note=%C8%E2%E0%ED&${formOf({ event: EVENT }).toString()}`, type: 'application/x-www-form-urlencoded' },
      ['не в UTF-8'],
    ],
  ])('%j', async ({ body, type }, messages) => {
    await crm.ask('POST', '/api/v5/telephony/call/event', { headers: { ...KEY, 'content-type': type }, body });
    expect(await crm.violations()).toEqual(messages.map((message) => expect.stringContaining(message) as string));
  });

  test.each([
    ['telephony/manager', {}, 'нет обязательного параметра phone', 400],
    ['telephony/manager', { phone: '+375290000001', details: 'yes' }, 'только 0 или 1', 200],
    ['customers', { 'filter[phone]': '375290000001' }, 'filter[phone] неизвестно', 200],
    ['customers', { filter: 'x' }, 'filter[имя]=значение', 200],
    ['users', { limit: '10' }, 'limit бывает', 200],
    ['nothing', {}, 'такого метода в API нет', 404],
  ])('%s %j', async (path, query, message, status) => {
    expect((await get(path, query as Record<string, string>)).status).toBe(status);
    expect(await crm.violations()).toEqual([expect.stringContaining(message)]);
  });

  test('a module whose code is not that of its address', async () => {
    await post('integration-modules/calls/edit', { integrationModule: { code: 'others' } });
    expect(await crm.violations()).toEqual([expect.stringContaining('не тот, что в адресе')]);
  });
});

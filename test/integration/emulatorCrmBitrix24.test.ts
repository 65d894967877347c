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

let now = Date.now();
let emulator: TestEmulator;
let crm: CrmStage;
beforeAll(async () => {
  emulator = await startEmulator({ now: () => now });
  crm = stageOf(emulator, 'bitrix24');
});
afterAll(() => emulator.close());
beforeEach(() => emulator.post('/api/sandbox/reset'));

const WEBHOOK = '/rest/31/demo-bitrix24-code';
const call = (method: string, body: object): Promise<Answer> =>
  crm.ask('POST', `${WEBHOOK}/${method}`, {
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
const asApplication = (path: string | undefined, body: object): Promise<Answer> =>
  crm.ask('POST', path ?? '', {
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...body, auth: 'demo-application-token' }),
  });
const resultOf = ({ json }: Answer): unknown => Reflect.get(Object(json), 'result');

const REGISTER = {
  ...{ USER_PHONE_INNER: '150', PHONE_NUMBER: '+375290000001', TYPE: 2, LINE_NUMBER: '0001363' },
  EXTERNAL_CALL_ID: '1758798777.27',
};
async function register(change: object = {}): Promise<string> {
  return String(
    Reflect.get(Object(resultOf(await call('telephony.externalCall.register', { ...REGISTER, ...change }))), 'CALL_ID'),
  );
}
const finish = (callId: string, change: object = {}): Promise<Answer> =>
  call('telephony.externalCall.finish', { CALL_ID: callId, USER_ID: 31, DURATION: 95, STATUS_CODE: '200', ...change });

/** Values for documented parameters by their types. */
const VALUES: Readonly<Record<string, unknown>> = {
  ...{ USER_ID: 31, USER_PHONE_INNER: '150', PHONE_NUMBER: '+375290000001', TYPE: 2, STATUS_CODE: '200' },
  ...{ CALL_START_DATE: '2026-01-31T09:05:00+03:00', CRM_CREATE: 0, CRM_ENTITY_TYPE: 'CONTACT', CRM_ENTITY_ID: 101 },
  ...{ SHOW: 1, ADD_TO_CHAT: 0, CALL_LIST_ID: 1, LINE_NUMBER: '3', EXTERNAL_CALL_ID: 'x-1', CRM_SOURCE: 'CALL' },
  ...{ DURATION: 95, COST: 1.5, COST_CURRENCY: 'BYN', FAILED_REASON: '', VOTE: 5, FILENAME: 'call-001.mp3' },
  ...{ FILE_CONTENT: Buffer.from('sound').toString('base64'), type: 'PHONE', values: ['+375290000001'] },
  ...{ entity_type: 'CONTACT', entityTypeId: 3, id: 101, useOriginalUfNames: false, FILTER: { UF_PHONE_INNER: '150' } },
  ...{ sort: 'ID', order: 'ASC', ADMIN_MODE: false, select: ['ID'], IMAGE_RESIZE: 'small', start: 0 },
};

describe('what the documentation shows is taken as it is', () => {
  test('an application registers a call and finishes it', async () => {
    const begun = sample('bitrix24-register-request');
    const registered = await asApplication(begun.request?.path, { ...begun.request?.json, USER_ID: 31 });
    expect([
      ...differences(registered.json, begun.response?.json),
      ...missing(registered.json, begun.response?.json),
    ]).toEqual([]);
    expect(missing(resultOf(registered), Reflect.get(Object(begun.response?.json), 'result'))).toEqual([]);
    expect(registered.json).toMatchObject({ result: { CRM_ENTITY_TYPE: 'CONTACT', CRM_ENTITY_ID: 797 } });

    const ended = sample('bitrix24-finish-request');
    const CALL_ID: unknown = Reflect.get(Object(resultOf(registered)), 'CALL_ID');
    const finished = await asApplication(ended.request?.path, { ...ended.request?.json, USER_ID: 31, CALL_ID });
    expect(differences(finished.json, ended.response?.json)).toEqual([]);
    expect(missing(resultOf(finished), Reflect.get(Object(ended.response?.json), 'result'))).toEqual([]);
    expect(await crm.violations()).toEqual([]);
    expect(JSON.stringify(await crm.view())).not.toContain('demo-application-token');
  });

  test.each([
    'bitrix24-telephony-externalcall-register',
    'bitrix24-telephony-externalcall-finish',
    'bitrix24-telephony-externalcall-show',
    'bitrix24-telephony-externalcall-hide',
    'bitrix24-telephony-externalcall-attachrecord',
    'bitrix24-telephony-externalcall-searchcrmentities',
    'bitrix24-crm-duplicate-findbycomm',
    'bitrix24-crm-item-get',
    'bitrix24-crm-contact-get',
    'bitrix24-crm-company-get',
    'bitrix24-user-get',
  ])('%s with all of its parameters', async (name) => {
    const { request, response } = sample(name);
    const callId = await register();
    if (name.endsWith('attachrecord')) await finish(callId);
    const names = (request?.params ?? []).map((each) => each.name).filter((each) => each !== 'RECORD_URL');
    const input = Object.fromEntries(names.map((each) => [each, each === 'CALL_ID' ? callId : VALUES[each]]));
    if (name.endsWith('company-get')) input['id'] = 201;
    const method = request?.path?.split('/').at(-1) ?? '';
    const answer = await call(method, input);
    expect(answer.status).toBe(200);
    expect(await crm.violations()).toEqual([]);
    const known = Object(response?.json) as { time: object };
    const time = { ...known.time, operating_reset_at: 0, operating: 0 };
    // The samples show a company without a phone and users without an extension.
    const beside = ['.result.PHONE', '.result[].UF_PHONE_INNER'];
    const found = differences(answer.json, { ...known, time });
    expect(found.filter((each) => !beside.some((path) => each.startsWith(path)))).toEqual([]);
    expect(missing(answer.json, known)).toEqual([]);
  });

  test('a lead that nobody has', async () => {
    const { request } = sample('bitrix24-crm-lead-get');
    const { status, json } = await call(request?.path?.split('/').at(-1) ?? '', { id: 123 });
    expect([status, json]).toMatchObject([400, { error: 'NOT_FOUND' }]);
    expect(await crm.violations()).toEqual([]);
  });

  test('findbycomm: found, no type, nobody', async () => {
    const [known, noType, nobody] = cases('bitrix24-findbycomm-request-error');
    expect((await call('crm.duplicate.findbycomm', known?.request?.json ?? {})).json).toMatchObject(
      nobody?.response?.json ?? {},
    );
    const { status, json } = await call('crm.duplicate.findbycomm', { values: ['1'] });
    expect([status, json]).toEqual([noType?.response?.status, noType?.response?.json]);
    const values = ['+375290000001', '375290000001'];
    expect(resultOf(await call('crm.duplicate.findbycomm', { type: 'PHONE', values }))).toEqual({
      CONTACT: [101],
      COMPANY: [201],
    });
    const form = new URLSearchParams([
      ['type', 'PHONE'],
      ['values[]', '375290000002'],
      ['entity_type', 'CONTACT'],
    ]);
    expect(resultOf(await crm.ask('POST', `${WEBHOOK}/crm.duplicate.findbycomm.json`, { body: form }))).toEqual({
      CONTACT: [102],
    });
  });

  test('both ways of a recording, the second replaces the first', async () => {
    const callId = await register();
    const [inside, announced] = cases('bitrix24-attachrecord-two-modes');
    const early = await call('telephony.externalCall.attachRecord', { ...announced?.request?.json, CALL_ID: callId });
    expect(early.json).toMatchObject({ error_description: expect.stringContaining('not finished yet') as string });
    await finish(callId);
    const content = Buffer.from('sound').toString('base64');
    const first = await call('telephony.externalCall.attachRecord', {
      ...inside?.request?.json,
      CALL_ID: callId,
      FILE_CONTENT: content,
    });
    expect(differences(first.json, inside?.response?.json)).toEqual([]);
    const second = await call('telephony.externalCall.attachRecord', { ...announced?.request?.json, CALL_ID: callId });
    expect(differences(second.json, announced?.response?.json)).toEqual([]);
    const { uploadUrl, fieldName } = resultOf(second) as { uploadUrl: string; fieldName: string };
    const file = new FormData();
    file.set(fieldName, new Blob(['sound']), 'call-001.mp3');
    const uploaded = (await (await fetch(uploadUrl, { method: 'POST', body: file })).json()) as object;
    expect(uploaded).toMatchObject({ result: { FILE_ID: expect.any(Number) as number } });
    expect((await crm.view()).calls).toMatchObject([
      {
        record: {
          name: 'call-001.mp3',
          fileId: Reflect.get(Object(Reflect.get(uploaded, 'result')), 'FILE_ID') as number,
        },
      },
    ]);
    expect(await crm.violations()).toEqual([]);
  });
});

describe('a call is registered once and finished once', () => {
  test('the same registration within half an hour is the same call', async () => {
    const first = await register();
    expect(first).toMatch(/^externalCall\.[\da-f]{32}\.\d{10}$/);
    const known = Object(sample('bitrix24-event-onexternalcallstart')['event']) as { data: { CALL_ID: string } };
    expect(known.data.CALL_ID).toMatch(/^externalCall\.[\da-f]{32}\.\d{10}$/);
    expect(await register({ CRM_CREATE: 1, CALL_START_DATE: '2026-01-31T09:05:00+03:00' })).toBe(first);
    expect(await register({ LINE_NUMBER: '0001366' })).not.toBe(first);
    expect(await register({ USER_PHONE_INNER: '151' })).not.toBe(first);
    expect(await register({ EXTERNAL_CALL_ID: '1758798777.28' })).not.toBe(first);
    now += 31 * 60_000;
    expect(await register()).not.toBe(first);
    expect(await crm.violations()).toEqual([]);
  });

  test('a second finish finds no call', async () => {
    const callId = await register();
    expect(await crm.cards()).toEqual(['150']);
    await call('telephony.externalCall.show', { CALL_ID: callId, USER_ID: [32, 33] });
    expect(await crm.cards()).toEqual(['150', '151', '152']);
    await call('telephony.externalCall.hide', { CALL_ID: callId, USER_ID: 33 });
    expect(await crm.cards()).toEqual(['150', '151']);
    expect((await finish(callId)).status).toBe(200);
    expect(await crm.cards()).toEqual([]);
    const [real] = cases('bitrix24-finish-not-found-real');
    const again = await finish(callId);
    expect([again.status, again.json]).toEqual([real?.response?.status, real?.response?.json]);
    expect(resultOf(await call('telephony.externalCall.show', { CALL_ID: callId }))).toBe(false);
    expect(await crm.violations()).toEqual([]);
    expect((await crm.view('?phone=375290000001')).calls).toMatchObject([
      { finished: { duration: 95, statusCode: '200' }, extension: '150' },
    ]);
  });

  test('a stranger becomes a lead only when that is asked for', async () => {
    const stranger = { ...REGISTER, PHONE_NUMBER: '+375290009999' };
    expect(resultOf(await call('telephony.externalCall.register', stranger))).toMatchObject({ CRM_CREATED_LEAD: null });
    const asked = { ...stranger, EXTERNAL_CALL_ID: '2', CRM_CREATE: 1, SHOW: 0 };
    expect(resultOf(await call('telephony.externalCall.register', asked))).toMatchObject({ CRM_ENTITY_TYPE: 'LEAD' });
    expect(await crm.cards()).toHaveLength(1);
  });
});

test('users by extension, in a form and in an address', async () => {
  const form = formOf({ 'FILTER[UF_PHONE_INNER]': '151', 'FILTER[ACTIVE]': 'true' });
  expect(resultOf(await crm.ask('POST', `${WEBHOOK}/user.get`, { body: form }))).toMatchObject([{ ID: '32' }]);
  const list = await crm.ask('GET', `${WEBHOOK}/crm.item.list.json?entityTypeId=4&filter[id][]=201`);
  expect(list.json).toMatchObject({ result: { items: [{ title: 'ООО Ромашка' }] }, total: 1 });
  expect(await crm.violations()).toEqual([]);
});

describe('who may ask', () => {
  const documented = cases('bitrix24-errors-system').map(({ status, json }) => [status, json]);

  test.each([
    ['/rest/31/somebodys-code/user.get', 'Код вебхука'],
    ['/rest/99/demo-bitrix24-code/user.get', 'номер его пользователя'],
    ['/rest/user.get', 'Токен приложения'],
    ['/rest/user.get?auth=somebodys-code', 'Токен приложения'],
  ])('%s may not', async (path, message) => {
    const { status, json } = await crm.ask('GET', path);
    expect(documented).toContainEqual([status, json]);
    const view = await crm.view();
    expect(view.violations).toMatchObject([{ message: expect.stringContaining(message) as string }]);
    expect(JSON.stringify(view)).not.toContain('somebodys-code');
  });
});

describe('what is wrong is seen', () => {
  const telephony = sample('bitrix24-errors-telephony')['errors'] as Record<
    string,
    { error: string; error_description: string }[]
  >;

  test.each([
    [{ USER_PHONE_INNER: undefined }, 'нет ни USER_ID, ни USER_PHONE_INNER', 400],
    [{ USER_PHONE_INNER: '199' }, 'USER_PHONE_INNER=199 нет', 400],
    [{ TYPE: 6 }, 'поле TYPE', 400],
    [{ CALL_START_DATE: 'вчера' }, 'поле CALL_START_DATE', 400],
    [{ CALL_START_DATE: '2026-01-31T09:05:00' }, 'со смещением', 200],
    [{ CALL_START_DATE: '2100-01-31T09:05:00+03:00' }, 'в будущем', 200],
    [{ PHONE_NUMBER: 'Иванов' }, 'нужен номер телефона', 400],
    [{ EXTERNAL_CALL_ID: undefined }, 'нет EXTERNAL_CALL_ID', 200],
    [{ SHOW: 'yes' }, 'нужно 0 или 1', 200],
    [{ LINE: '3' }, 'неизвестное поле LINE', 200],
  ])('register %j', async (change, message, status) => {
    const answer = await call('telephony.externalCall.register', { ...REGISTER, ...change });
    expect(answer.status).toBe(status);
    expect(await crm.violations()).toContainEqual(expect.stringContaining(message));
    if (status === 400) expect(telephony['register']).toContainEqual(answer.json);
  });

  test.each([
    [{ CALL_ID: 17 }, 'поле CALL_ID: ожидается строка', 400],
    [{ CALL_ID: 'externalCall.x.1' }, 'не был зарегистрирован', 400],
    [{ USER_ID: undefined }, 'нет ни USER_ID', 400],
    [{ STATUS_CODE: '505' }, 'нет среди допустимых', 200],
    [{ STATUS_CODE: 200 }, 'поле STATUS_CODE', 200],
    [{ STATUS_CODE: '304' }, 'разговора не было', 200],
    [{ DURATION: 95_000_000 }, 'похоже на миллисекунды', 200],
    [{ DURATION: '1:35' }, 'нужно целое число', 200],
    [{ VOTE: 6 }, 'оценка от 0 до 5', 200],
    [{ RECORD_URL: 'https://x.example/1.mp3' }, 'RECORD_URL устарел', 200],
  ])('finish %j', async (change, message, status) => {
    const answer = await finish(await register(), change);
    expect(answer.status).toBe(status);
    expect(await crm.violations()).toContainEqual(expect.stringContaining(message));
    if (status === 400 && !message.includes('зарегистрирован')) expect(telephony['finish']).toContainEqual(answer.json);
  });

  test.each([
    [{}, undefined],
    [{ FILENAME: '' }, undefined],
    [{ FILENAME: 'call.webm' }, 'только wav и mp3'],
    [{ FILENAME: 'call.mp3', FILE_CONTENT: '' }, 'пуст или не в base64'],
    [{ FILENAME: 'call.mp3', FILE_CONTENT: 'not base64!' }, 'пуст или не в base64'],
  ])('attachRecord %j', async (input, message) => {
    const callId = await register();
    await finish(callId);
    const { status, json } = await call('telephony.externalCall.attachRecord', { CALL_ID: callId, ...input });
    expect(status).toBe(400);
    expect(telephony['attach-record']).toContainEqual(json);
    const violations = await crm.violations();
    if (message !== undefined) expect(violations).toEqual([expect.stringContaining(message)]);
  });

  test.each([
    ['telephony.externalCall.searchCrmEntities', {}, 'нет обязательного поля PHONE_NUMBER'],
    ['telephony.externalCall.show', { CALL_ID: 'x', USER_ID: 99 }, 'USER_ID=99 нет'],
    ['crm.duplicate.findbycomm', { type: 'PHONE', values: Array(21).fill('1') }, 'не больше 20'],
    ['user.get', { FILTER: { PHONE: '150' } }, 'условие PHONE неизвестно'],
    ['telephony.call.begin', {}, 'такого метода'],
    ['upload', {}, 'такого адреса для загрузки'],
  ])('%s %j', async (method, input, message) => {
    await call(method, input);
    expect(await crm.violations()).toContainEqual(expect.stringContaining(message));
  });

  test('a body that is no JSON', async () => {
    await crm.ask('POST', `${WEBHOOK}/user.get`, { headers: { 'content-type': 'application/json' }, body: '{' });
    await crm.ask('POST', `${WEBHOOK}/crm.item.get`, { headers: { 'content-type': 'application/json' }, body: '{' });
    expect(await crm.violations()).toContainEqual(expect.stringContaining('не читается как JSON'));
  });
});

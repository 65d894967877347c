import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
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
  crm = stageOf(emulator, 'uon');
});
afterAll(() => emulator.close());
beforeEach(() => emulator.post('/api/sandbox/reset'));

const KEY = 'demo-uon-key';
const withKey = (path: string | undefined): string => (path ?? '').replace('{key}', KEY);
const post = (path: string, fields: object): Promise<Answer> =>
  crm.ask('POST', `/${KEY}/${path}.json`, { body: formOf({ ...fields }) });

const CALL = { phone: '375290000001', start: '2026-01-31 09:05:00', duration: '60', direction: '2', manager_id: '21' };

test('a tourist by the phone', async () => {
  const [known, unknown] = cases('uon-user-by-phone');
  const nobody = await crm.ask('GET', withKey(unknown?.request?.path));
  expect([nobody.status, nobody.json]).toEqual([unknown?.response?.status, unknown?.response?.json]);
  const path = withKey(known?.request?.path).replace('79991234567', '375290000001');
  const { status, json } = await crm.ask('GET', path);
  expect(status).toBe(200);
  expect([...differences(json, known?.response?.json), ...missing(json, known?.response?.json)]).toEqual([]);
  expect(json).toMatchObject({ users: [{ u_surname: 'Иванов', u_phone: ' 375290000001', manager_id: 21 }] });
  const escaped = await crm.ask('GET', path.replace('0001.', '0003.'));
  expect(escaped.json).toMatchObject({ users: [{ u_company: 'ЗАО &quot;Лён &amp; Ко&quot;' }] });
  expect(await crm.violations()).toEqual([]);
});

test('managers and their extensions', async () => {
  const { request, response } = sample('uon-manager-list');
  const { json } = await crm.ask('GET', withKey(request?.path));
  expect([...differences(json, response?.json), ...missing(json, response?.json)]).toEqual([]);
  expect(json).toMatchObject({ users: [{ u_id: 21, ip_internal_number: '150' }, { u_id: 22 }, { u_id: 23 }] });
});

test('a call as its client writes it', async () => {
  const { request, response } = sample('uon-call-history-create');
  const { status, json } = await crm.ask('POST', withKey(request?.path), { body: formOf(request?.form ?? {}) });
  expect([status, json]).toEqual([response?.status, response?.json]);
  const view = await crm.view();
  expect(view.violations).toEqual([]);
  expect(view.calls).toMatchObject([request?.form ?? {}]);
  expect(view.requests).toMatchObject([{ path: '/***-key/call_history/create.json', status: 200 }]);
});

test('a notification is seen until the call is written down', async () => {
  const text = 'Звонит +375290000001 Иванов';
  expect((await post('notification/create', { text, manager_id: '22' })).json).toMatchObject({ result: 200 });
  expect((await crm.view('?phone=80290000001')).cards).toMatchObject([{ extension: '151', text }]);
  await post('call_history/create', CALL);
  expect(await crm.cards()).toEqual([]);
  expect(await crm.violations()).toEqual([]);
});

test('a repeated call becomes a second one', async () => {
  await post('call_history/create', CALL);
  expect((await post('call_history/create', CALL)).json).toEqual({ result: 200, id: '2' });
  expect((await crm.view()).calls).toHaveLength(2);
  expect(await crm.violations()).toEqual([expect.stringContaining('теперь их два')]);
});

test.each([
  ['call_history/create', { ...CALL, start: '31.01.2026 09:05' }, 'поле start: нужно время', 400],
  ['call_history/create', { ...CALL, start: '2100-01-01 00:00:00' }, 'в будущем', 200],
  ['call_history/create', { start: CALL.start }, 'нет обязательного поля phone', 400],
  ['call_history/create', { ...CALL, direction: 'in' }, '(1, 2)', 400],
  ['call_history/create', { ...CALL, duration: '1.5' }, 'нужно целое число', 400],
  ['call_history/create', { ...CALL, duration: '60000000' }, 'похоже на миллисекунды', 200],
  ['call_history/create', { ...CALL, record_link: 'x.mp3' }, 'нужна ссылка', 400],
  ['call_history/create', { ...CALL, manager_id: '150' }, 'manager_id=150 нет', 200],
  ['call_history/create', { ...CALL, record: 'x' }, 'неизвестное поле record', 200],
  ['notification/create', { manager_id: '21' }, 'нет обязательного поля text', 400],
])('%s %j', async (path, fields, message, status) => {
  expect((await post(path, fields)).status).toBe(status);
  expect(await crm.violations()).toEqual([expect.stringContaining(message)]);
});

test.each([
  ['POST', `/${KEY}/call_history/create.json`, 'нужна форма', 400],
  ['GET', `/${KEY}/user/phone/+375290000001.json`, 'только цифры', 404],
  ['GET', `/${KEY}/manager.xml`, 'такого метода', 404],
  ['GET', '/somebody/manager.json', 'Ключ в адресе не принят', 403],
])('%s %s', async (method, path, message, status) => {
  const json = { headers: { 'content-type': 'application/json' }, body: JSON.stringify(CALL) };
  expect((await crm.ask(method, path, method === 'POST' ? json : {})).status).toBe(status);
  expect(await crm.violations()).toEqual([expect.stringContaining(message)]);
  expect(JSON.stringify(await crm.view())).not.toMatch(/demo-uon|somebody/);
});

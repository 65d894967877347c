import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ERRORS } from '../../services/emulator/src/sandbox/moysklad/errors.js';
import { startEmulator, type TestEmulator } from './emulatorServer.js';
import { cases, differences, missing, sample, stageOf, type Answer, type CrmStage } from './emulatorCrmStage.js';

let emulator: TestEmulator;
let crm: CrmStage;
beforeAll(async () => {
  emulator = await startEmulator();
  crm = stageOf(emulator, 'moysklad');
});
afterAll(() => emulator.close());
beforeEach(() => emulator.post('/api/sandbox/reset'));

const COMMON = { accept: 'application/json;charset=utf-8', 'accept-encoding': 'gzip' };
const HEADERS = { ...COMMON, 'lognex-phone-auth-token': 'demo-moysklad-phone', 'content-type': 'application/json' };
const PHONE = '/api/phone/1.0';

function phone(method: string, path: string, body?: object, headers: object = {}): Promise<Answer> {
  const options = {
    headers: { ...HEADERS, ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  };
  return crm.ask(method, path.startsWith('/api') ? path : `${PHONE}/${path}`, options);
}
const remap = (path: string, headers: object = {}): Promise<Answer> =>
  crm.ask('GET', `/api/remap/1.2/entity/${path}`, {
    headers: { ...COMMON, authorization: 'Bearer demo-moysklad-token', ...headers },
  });

const CALL = {
  ...{ externalId: '1758798777.27', number: '+375290000001', extension: '150', isIncoming: true },
  startTime: '2026-01-31 09:05:00.000',
};
const idOf = ({ json }: Answer): string => String(Reflect.get(Object(json), 'id'));

describe('what its clients send is taken as it is', () => {
  // The sandbox's own customer and manager, so that there is something to add to the answer.
  test.each([
    ['moysklad-phone-call-post-min', { number: '+375290000001', extension: '150' }, []],
    ['moysklad-phone-call-post-with-event', { number: '+375290000001', extension: '150' }, ['comment']],
    ['moysklad-phone-call-post-full', {}, ['counterpartyowner']],
  ])('%s', async (name, change, absent) => {
    const { request, response } = sample(name);
    const { status, json } = await phone('POST', request?.path ?? '', { ...request?.json, ...change });
    expect(status).toBe(response?.status);
    expect(differences(json, response?.json)).toEqual([]);
    expect(missing(json, response?.json)).toEqual(absent);
    expect(await crm.violations()).toEqual([]);
  });

  test.each(['moysklad-phone-call-put-finish', 'moysklad-phone-call-put-full', 'moysklad-phone-call-get'])(
    '%s',
    async (name) => {
      const { request, response } = sample(name);
      const externalId = 'AkjhDlkJDlkjD09D';
      const created = await phone('POST', 'call', {
        ...CALL,
        extension: undefined,
        externalId,
        startTime: '2017-01-01 00:00:05.000',
      });
      const path = request?.path?.replace('89fc07ad-2c8d-11e6-8a84-bae500000051', idOf(created)) ?? '';
      const { status, json } = await phone(request?.method ?? '', path, request?.json);
      expect(status).toBe(response?.status);
      expect(differences(json, { counterpartyowner: null, ...Object(response?.json) })).toEqual([]);
      expect(json).toMatchObject({
        externalId,
        ...(request?.json?.['comment'] ? { comment: request.json['comment'] } : {}),
      });
      expect(await crm.violations()).toEqual([]);
    },
  );

  test.each(['moysklad-phone-event-post', 'moysklad-phone-event-post-full'])('%s', async (name) => {
    const { request, response } = sample(name);
    const created = await phone('POST', 'call', { ...CALL, externalId: 'AkjhDlkJDlkjD09D' });
    const path = request?.path?.replace('89fc07ad-2c8d-11e6-8a84-bae500000051', idOf(created)) ?? '';
    const { status, text } = await phone('POST', path, request?.json);
    expect([status, text]).toEqual([response?.status, '']);
    expect(await crm.cards()).toEqual(['101']);
    expect(await crm.violations()).toEqual([]);
  });

  test('an employee by the extension', async () => {
    const { request, response } = sample('moysklad-phone-employee-by-extension');
    expect((await phone('GET', request?.path ?? '')).json).toEqual({ employees: [] });
    const { json } = await phone('GET', (request?.path ?? '').replace('1234', '150'));
    expect([...differences(json, response?.json), ...missing(json, response?.json)]).toEqual([]);
    expect(json).toMatchObject({ employees: [{ extention: '150' }] });
    expect(await crm.violations()).toEqual([]);
  });
});

describe('counterparties and employees', () => {
  const rowsOf = ({ json }: Answer): object[] => Reflect.get(Object(json), 'rows') as object[];

  test('a counterparty by the phone, and whose it is', async () => {
    const [found] = rowsOf(await remap('counterparty?search=375290000001'));
    expect(found).toMatchObject({ name: 'ООО Ромашка', companyType: 'legal' });
    const documented = sample('moysklad-remap-counterparty').response?.json;
    const { fields } = sample('moysklad-remap-counterparty-java').response?.json as { fields: object };
    expect(differences(found, documented).filter((each) => !each.includes('legal'))).toEqual([]);
    expect(Object.keys(found ?? {}).filter((name) => !(name in fields))).toEqual([]);
    const owner = Reflect.get(Object(found), 'owner') as { meta: { href: string } };
    const person = await crm.ask('GET', new URL(owner.meta.href).pathname.replace('/sandbox/moysklad', ''), {
      headers: { ...COMMON, authorization: `Basic ${Buffer.from('admin@demo:demo-password').toString('base64')}` },
    });
    expect(person.json).toMatchObject({ lastName: 'Петров' });
    expect(differences(person.json, sample('moysklad-remap-employee').response?.json)).toEqual([]);
    expect(await crm.violations()).toEqual([]);
    expect(JSON.stringify(await crm.view())).not.toContain('demo-moysklad-token');
  });

  test('a suffix is compared with the phone as it is written, a search is not', async () => {
    expect(rowsOf(await remap('counterparty?filter=phone=~290000001'))).toHaveLength(1);
    expect(rowsOf(await remap('counterparty?filter=phone=~290000002'))).toHaveLength(0);
    expect(rowsOf(await remap('counterparty?search=375290000002'))).toMatchObject([{ phone: '+375 29 000-00-02' }]);
    expect(rowsOf(await remap('counterparty?search=Ромаш'))).toHaveLength(1);
    expect(await crm.violations()).toEqual([]);
  });

  test('contact persons of a company, employees by name', async () => {
    const [company] = rowsOf(await remap('counterparty?search=Ромашка'));
    const id = String(Reflect.get(Object(company), 'id'));
    const [person] = rowsOf(await remap(`counterparty/${id}/contactpersons`));
    expect(person).toMatchObject({ name: 'Иванов Иван Иванович', phone: '+375290000001' });
    expect(differences(person, sample('moysklad-remap-counterparty-contactperson').response?.json)).toEqual([]);
    expect((await remap(`counterparty/${id}`)).json).toMatchObject({ id });
    expect(rowsOf(await remap('employee?filter=lastName=Сидорова'))).toHaveLength(1);
    const [expanded] = rowsOf(await remap('counterparty?search=Ромашка&expand=owner&limit=100'));
    expect(expanded).toMatchObject({ owner: { lastName: 'Петров' } });
    expect(await crm.violations()).toEqual([]);
  });

  test.each([
    ['counterparty?filter=tel=1', 'нет условия', 400],
    ['counterparty?search=x&expand=owner', 'limit не больше 100', 200],
    ['customers', 'такого метода', 404],
  ])('%s', async (path, message, status) => {
    expect((await remap(path)).status).toBe(status);
    expect(await crm.violations()).toEqual([expect.stringContaining(message)]);
  });
});

describe('a call keeps what it was told first', () => {
  test('a filled field stays, the comment changes, recordings pile up', async () => {
    await phone('POST', 'call', { ...CALL, comment: 'звонит' });
    const update = { endTime: '2026-01-31 09:06:05.000', recordUrl: ['http://x.example/1.mp3'], comment: 'итог' };
    expect((await phone('PUT', 'call/extid/1758798777.27', update)).json).toMatchObject({
      ...update,
      duration: 65_000,
    });
    expect(await crm.violations()).toEqual([]);
    const changed = { extension: '151', endTime: '2026-01-31 09:07:00.000', recordUrl: ['http://x.example/2.mp3'] };
    expect((await phone('PUT', 'call/extid/1758798777.27', changed)).json).toMatchObject({
      extension: '150',
      endTime: update.endTime,
      recordUrl: ['http://x.example/1.mp3', 'http://x.example/2.mp3'],
    });
    expect(await crm.violations()).toEqual([
      expect.stringContaining('поле extension уже заполнено'),
      expect.stringContaining('поле endTime уже заполнено'),
    ]);
    await phone('PUT', 'call/extid/1758798777.27', { recordUrl: ['http://x.example/2.mp3'] });
    expect((await crm.violations()).at(-1)).toContain('уже есть, теперь их две');
    expect((await crm.view('?phone=%2B375290000001')).requests).toHaveLength(4);
  });

  test('a second call with the same external id is refused', async () => {
    await phone('POST', 'call', CALL);
    const { status, json } = await phone('POST', 'call', CALL);
    expect([status, json]).toMatchObject([412, { errors: [{ code: 3006 }] }]);
    expect((await crm.view()).calls).toHaveLength(1);
  });

  test('the owner of the counterparty is told, a stranger has none', async () => {
    const known = await phone('POST', 'call', { ...CALL, number: '375 29 000-00-02' });
    expect(known.json).toMatchObject({ counterpartyowner: { extention: '151' } });
    const stranger = await phone('POST', 'call', { ...CALL, externalId: '2', number: '+375290009999' });
    expect(stranger.json).not.toHaveProperty('counterparty');
    expect(await crm.violations()).toEqual([]);
  });

  test('cards are shown and hidden, later events only', async () => {
    const event = (eventType: string, sequence: number, extension?: string): Promise<Answer> =>
      phone('POST', 'call/extid/1758798777.27/event', { eventType, sequence, extension });
    await phone('POST', 'call', { ...CALL, events: [{ eventType: 'SHOW', extension: '150', sequence: 1 }] });
    await event('SHOW', 2, '151');
    await event('STARTTIME', 3, '151');
    await event('HIDE', 4, '150');
    expect(await crm.cards()).toEqual(['151']);
    expect(await crm.violations()).toEqual([]);
    await event('HIDE', 4, '151');
    expect(await crm.cards()).toEqual(['151']);
    expect(await crm.violations()).toEqual([expect.stringContaining('sequence 4 не больше прошлого (4)')]);
    await event('HIDE_ALL', 5);
    expect(await crm.cards()).toEqual([]);
  });
});

describe('what is wrong is seen', () => {
  const meta = { href: 'https://api.moysklad.ru/api/remap/1.2/entity/employee/1', type: 'employee' };

  test.each([
    [{ externalId: undefined }, 'нет обязательного поля externalId', 412, 3000],
    [{ isIncoming: 'true' }, 'поле isIncoming: ожидается логическое значение', 400, 2016],
    [{ startTime: '2026-01-31 09:05:00' }, 'поле startTime: нужно время', 400, 3007],
    [{ startTime: '2100-01-01 00:00:00.000' }, 'в будущем', 200, undefined],
    [{ endTime: '2026-01-31 09:00:00.000' }, 'кончился раньше, чем начался', 200, undefined],
    [{ duration: 60 }, 'похоже на секунды', 200, undefined],
    [{ recordUrl: 'http://x.example/1.mp3' }, 'поле recordUrl: ожидается список', 400, 2016],
    [{ employee: { meta } }, 'нет обязательного поля employee.href', 400, undefined],
    [{ employee: meta }, 'нужна ссылка на employee', 400, 2013],
    [
      {
        employee: {
          ...meta,
          href: 'https://x.example/entity/employee/00000000-0000-4000-8e00-000000000001',
          type: 'user',
        },
      },
      'employee.type',
      400,
      1051,
    ],
    [{ events: [{ eventType: 'HIDE_ALL', extension: '150', sequence: 1 }] }, 'нет среди допустимых', 400, 3005],
    [{ isIncome: true }, 'неизвестное поле isIncome', 200, undefined],
  ])('%j', async (change, message, status, code) => {
    const { status: actual, json } = await phone('POST', 'call', { ...CALL, ...change });
    expect(actual).toBe(status);
    expect((await crm.violations())[0]).toContain(message);
    if (code !== undefined) expect(json).toMatchObject({ errors: [{ code }] });
  });

  test.each([
    ['[]', 'application/json', 'список', 2009],
    ['{', 'application/json', 'не JSON', 2001],
    ['1', 'application/json', 'не объект', 2005],
    ['a=1', 'application/x-www-form-urlencoded', 'не application/json', 1037],
  ])('%s as %s', async (body, type, message, code) => {
    const { status, json } = await crm.ask('POST', `${PHONE}/call`, {
      headers: { ...HEADERS, 'content-type': type },
      body,
    });
    expect([status, json]).toMatchObject([400, { errors: [{ code }] }]);
    expect(await crm.violations()).toEqual([expect.stringContaining(message)]);
  });

  test.each([
    ['GET', 'employee?filter=extension=150', 400, 1034],
    ['GET', 'call/extid/nobody', 404, 1021],
    ['GET', 'call/1', 400, 1052],
    ['PATCH', 'call/1', 405, 1039],
    ['GET', 'calls', 404, 1002],
  ])('%s %s', async (method, path, status, code) => {
    const answer = await phone(method, path);
    expect([answer.status, answer.json]).toMatchObject([status, { errors: [{ code }] }]);
  });
});

describe('headers', () => {
  test.each([
    [{ accept: '*/*' }, 'Accept: */* не подходит', 400, 1062],
    [{ 'lognex-phone-auth-token': 'somebody' }, 'Lognex-Phone-Auth-Token не принят', 401, 1056],
  ])('%j', async (headers, message, status, code) => {
    const answer = await phone('POST', 'call', CALL, headers);
    expect([answer.status, answer.json]).toMatchObject([status, { errors: [{ code }] }]);
    expect(await crm.violations()).toEqual([expect.stringContaining(message)]);
  });

  test('an answer that may not be compressed is none', async () => {
    const headers = Object.fromEntries(Object.entries(HEADERS).filter(([name]) => name !== 'accept-encoding'));
    const status = await new Promise((resolve, reject) => {
      httpRequest(`${emulator.url}/sandbox/moysklad${PHONE}/employee`, { headers }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .on('error', reject)
        .end();
    });
    expect(status).toBe(415);
    expect(await crm.violations()).toEqual([expect.stringContaining('Accept-Encoding: gzip')]);
  });

  test('answers are compressed and tell what is left of the limit', async () => {
    const { headers } = await phone('GET', 'employee');
    expect(headers.get('content-encoding')).toBe('gzip');
    expect(headers.get('x-ratelimit-limit')).toBe('100');
    expect(headers.get('x-ratelimit-remaining')).toBe('99');
  });
});

test('errors are worded as the vendor words them', () => {
  const documented = sample('moysklad-phone-errors')['errors'] as { code: number; error: string }[];
  for (const [code, words] of Object.entries(ERRORS)) {
    const known = documented.find((each) => each.code === Number(code))?.error;
    if (known !== undefined) expect(words).toBe(known.replace(/\{[^}]+\}|<\w+>/g, '{}'));
  }
  for (const { json } of cases('moysklad-remap-errors') as { json?: { errors: { code: number; error: string }[] } }[]) {
    for (const { code, error } of json?.errors ?? []) {
      const words = ERRORS[code as keyof typeof ERRORS];
      const pattern = words.split('{}').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
      expect(error).toMatch(new RegExp(`^${pattern.join('.*')}$`));
    }
  }
});

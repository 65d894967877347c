import { afterAll, beforeAll, beforeEach, describe, expect, it, test } from 'vitest';
import { EnterpriseNumber } from '@live-calls/shared/contracts';
import type { CrmAnswer } from '@live-calls/shared/runtime';
import { readNumber } from '@live-calls/shared/phone';
import { createCrmHttp } from '../../../shared/src/runtime/adapter/createCrmHttp.js';
import { createMask } from '../../../shared/src/runtime/adapter/mask.js';
import { createOutbound } from '../../../shared/src/runtime/adapter/outbound.js';
import { createPacer } from '../../../shared/src/runtime/adapter/pacer.js';
import { createBackOff } from '../../../services/moysklad/src/backOff.js';
import { createClient, type MoyskladClient } from '../../../services/moysklad/src/client.js';
import type { CallChange, CallEvent, NewCall } from '../../../services/moysklad/src/mapping.js';
import { idIn, personAt } from '../../../services/moysklad/src/people.js';
import { profileOf } from '../../../services/moysklad/src/profile.js';
import { isCallThere, isNoCall, isNoEmployee, refusalOf } from '../../../services/moysklad/src/refusal.js';
import { Counterparty, StoredCall } from '../../../services/moysklad/src/shapes.js';
import { startScriptedCrm, type ScriptedCrm } from '../../contract/scriptedCrm.js';
import { createTestDatabase, type TestDatabase } from '../../harness/database.js';
import { silentLogger } from '../../harness/silentLogger.js';
import { configured } from '../../unit/adapters/moyskladCall.js';
import { cases, sample } from '../emulatorCrmStage.js';

const KEY = '<token>';
const EXTERNAL_ID = 'AkjhDlkJDlkjD09D';

let database: TestDatabase;
let account: ScriptedCrm;
let client: MoyskladClient;
const outbound = createOutbound(['127.0.0.1']);

beforeAll(async () => {
  database = await createTestDatabase();
  account = await startScriptedCrm();
});
afterAll(async () => {
  await account.close();
  await outbound.close();
  await database.drop();
});
beforeEach(() => {
  account.requests.length = 0;
  const config = configured({
    phone_api_url: `${account.origin}/api/phone/1.0`,
    api_url: `${account.origin}/api/remap/1.2`,
    integration_code: KEY,
  });
  const about = { enterpriseNumber: EnterpriseNumber.parse('0367'), crm: 'moysklad' as const, eventType: 'dial' };
  const http = createCrmHttp({
    ...{ db: database.pool, outbound, pacer: createPacer(() => performance.now()), logger: silentLogger() },
    ...{ mask: createMask([KEY]), secrets: [KEY], about: { ...about, uniqueId: EXTERNAL_ID, attempt: 1 } },
    endsAt: performance.now() + 15_000,
  });
  client = createClient({ config, http }, createBackOff(Date.now));
});

/** Lets the account answer as recorded, and compares what it was asked with the recorded request. */
async function replay(name: string, perform: (json: unknown) => Promise<unknown>): Promise<unknown> {
  const { request, response } = sample(name);
  account.answers(() => ({ status: response?.status ?? 500, json: response?.json }));
  const result = await perform(request?.json);
  const [got] = account.requests;
  // Calls are addressed by our id, which the vendor's samples do too or may.
  const path = request?.path?.replace(/call\/[\da-f-]{36}/, `call/extid/${EXTERNAL_ID}`);
  const query = new URLSearchParams(got?.query).toString();
  expect(`${got?.method ?? ''} ${got?.path ?? ''}${query === '' ? '' : `?${decodeURIComponent(query)}`}`).toBe(
    `${request?.method ?? ''} ${path ?? ''}`,
  );
  const headers = Object.entries((request?.['headers'] ?? {}) as Record<string, string>);
  expect(got?.headers).toMatchObject({
    ...Object.fromEntries(headers.map(([header, value]) => [header.toLowerCase(), value])),
    accept: 'application/json;charset=utf-8',
  });
  expect(got?.json).toEqual(request?.json);
  return result;
}

describe('calls are told as the vendor shows it', () => {
  test.each(['moysklad-phone-call-post-min', 'moysklad-phone-call-post-with-event', 'moysklad-phone-call-post-full'])(
    '%s',
    async (name) => {
      const stored = await replay(name, (json) => client.createCall(json as NewCall));
      expect(stored).toMatchObject({ externalId: EXTERNAL_ID, extension: '100' });
    },
  );

  test.each(['moysklad-phone-call-put-finish', 'moysklad-phone-call-put-full'])('%s', async (name) => {
    const stored = await replay(name, (json) => client.updateCall(EXTERNAL_ID, json as CallChange));
    expect(stored).toMatchObject({ recordUrl: ['http://some_url.ru'] });
  });

  test.each(['moysklad-phone-event-post', 'moysklad-phone-event-post-full'])('%s', async (name) => {
    expect(await replay(name, (json) => client.addEvent(EXTERNAL_ID, json as CallEvent))).toBe(true);
  });

  it('moysklad-phone-employee-by-extension', async () => {
    const employee = await replay('moysklad-phone-employee-by-extension', () => client.findEmployee('1234'));
    expect(idIn((employee as { href: string }).href)).toBe('7bac6104-1c79-11e8-5bec-bccf0000002a');
  });

  it('moysklad-phone-call-get', () => {
    const stored = StoredCall.parse(sample('moysklad-phone-call-get').response?.json);
    expect(stored).toMatchObject({ comment: 'example comment', recordUrl: ['http://some_url.ru'] });
  });

  it('moysklad-phone-click-to-call names people and phones as we do', () => {
    const { srcNumber, destNumber } = sample('moysklad-phone-click-to-call').request?.json as Record<string, string>;
    expect(personAt(configured(), srcNumber ?? '')).toEqual({ extension: '100' });
    expect(readNumber(destNumber ?? '', 'RU')).toBe('+74959999999');
  });
});

describe('names are asked for as the vendor wants it', () => {
  const row = sample('moysklad-remap-counterparty').response?.json as Record<string, unknown>;

  it('moysklad-remap-counterparty, moysklad-remap-counterparty-contactperson', async () => {
    const person = sample('moysklad-remap-counterparty-contactperson').response?.json as object;
    const found = { ...row, contactpersons: { rows: [person] } };
    account.answers(() => ({ status: 200, json: { context: {}, meta: { size: 1 }, rows: [found] } }));
    const [first] = await client.findCounterparties({ search: '79991234567' });
    expect(account.requests).toMatchObject([
      {
        ...{ method: 'GET', path: '/api/remap/1.2/entity/counterparty' },
        query: { search: '79991234567', expand: 'contactpersons', limit: '25' },
        headers: {
          authorization: 'Bearer demo-token',
          accept: 'application/json;charset=utf-8',
          'accept-encoding': 'gzip',
        },
      },
    ]);
    expect(profileOf(Counterparty.parse(first), '+79991234567', 'RU', configured())).toEqual({
      ...{ last_name: 'Иванов', first_name: 'Иван', middle_name: 'Иванович' },
      ...{ enterprise_name: 'ООО Тестовый контрагент', extension: null },
    });
    expect(Counterparty.parse(row).contactpersons?.rows).toHaveLength(1);
  });

  it('moysklad-remap-counterparty-java: what is read is in the schema', () => {
    const { fields } = sample('moysklad-remap-counterparty-java').response?.json as { fields: Record<string, unknown> };
    const read = ['id', 'name', 'archived', 'companyType', 'phone', 'owner', 'contactpersons'];
    expect(read.filter((name) => !(name in fields))).toEqual([]);
  });

  it('moysklad-remap-employee is whom an owner names', () => {
    const employee = sample('moysklad-remap-employee').response?.json as { id: string; meta: { href: string } };
    expect(idIn(employee.meta.href)).toBe(employee.id);
  });
});

describe('errors are known by their numbers', () => {
  const answered = (status: number, json: unknown): CrmAnswer => {
    const text = JSON.stringify(json);
    return { status, headers: {}, body: Buffer.from(text), text, json };
  };

  it('moysklad-phone-errors: each is something to wait for, to put right, or about this call', () => {
    const documented = sample('moysklad-phone-errors')['errors'] as { code: number; error: string }[];
    const kinds = documented.map(({ code, error }) => {
      const { facts } = refusalOf(answered(400, { errors: [{ code, error }] }));
      return [code, facts.kind];
    });
    const others = kinds.filter(([, kind]) => kind !== 'rejected');
    expect(Object.fromEntries(others)).toEqual({
      ...{ 1002: 'configuration', 1056: 'configuration', 55008: 'configuration' },
      ...{ 1065: 'unavailable', 1074: 'unavailable', 1999: 'unavailable', 1095: 'limited' },
    });
    expect(kinds).toHaveLength(documented.length);
  });

  it('moysklad-phone-errors: no call, a call that is there, an employee who is not', () => {
    const words = "Объект с типом '{тип}' и идентификатором '{id}' не найден";
    const missing = (type: string) =>
      refusalOf(answered(404, { errors: [{ code: 1021, error: words.replace('{тип}', type) }] }));
    expect([isNoCall(missing('call')), isNoEmployee(missing('call'))]).toEqual([true, false]);
    expect([isNoCall(missing('employee')), isNoEmployee(missing('employee'))]).toEqual([false, true]);
    expect(isCallThere(refusalOf(answered(412, { errors: [{ code: 3006 }] })))).toBe(true);
    expect(isNoCall(refusalOf(answered(404, null)))).toBe(false);
  });

  it('moysklad-remap-errors', () => {
    const kinds = cases('moysklad-remap-errors').map((each) => {
      const { status, json } = each as unknown as { status: number; json: unknown };
      return refusalOf(answered(status, json)).facts.kind;
    });
    expect(kinds).toEqual(['rejected', 'rejected', 'configuration']);
  });

  it('the time to wait is told in milliseconds', () => {
    const over = { ...answered(429, {}), headers: { 'x-lognex-retry-after': '700', 'x-lognex-reset': '900' } };
    expect(refusalOf(over).facts).toEqual({ kind: 'limited', retryAfterMs: 700 });
    expect(refusalOf({ ...over, headers: { 'x-lognex-reset': '900' } }).facts).toMatchObject({ retryAfterMs: 900 });
    expect(refusalOf({ ...over, headers: {} }).facts).toEqual({ kind: 'limited' });
  });
});

import { describe, expect, it, test } from 'vitest';
import { EnterpriseNumber } from '@live-calls/shared/contracts';
import { NoAnswer, type CrmContext } from '@live-calls/shared/runtime';
import { Manager } from '../../../services/uon/src/answers.js';
import { checkAccount, managersCheck } from '../../../services/uon/src/check.js';
import { createManagers } from '../../../services/uon/src/managers.js';
import { silentLogger } from '../../harness/silentLogger.js';
import { configured } from './uonCall.js';
import { scriptedHttp, type Scripted, type ScriptedHttp } from './uonHttp.js';

const USERS = [
  { u_id: 21, ip_internal_number: '150', u_phone_mobile: ' 375290000077' },
  { u_id: 22, ip_internal_number: 151 },
  { u_id: 23, ip_internal_number: '152', active: 0 },
  { u_id: 24, ip_internal_number: '' },
];
const LIST: Scripted = { status: 200, json: { users: USERS, result: 200 } };

function contextOf(http: ScriptedHttp, settings: object = {}, number = '0367'): CrmContext<'uon'> {
  const zoned = { timezone: 'Europe/Minsk', country: 'BY', recordingsUrl: null };
  const enterprise = { number: EnterpriseNumber.parse(number), name: 'june', ...zoned };
  return { enterprise, config: configured(settings), http, logger: silentLogger() };
}

describe('a manager', () => {
  test.each([
    ['150', '21'],
    ['151', '22'],
    ['+375290000077', '21'],
    ['152', undefined],
    ['159', undefined],
    ['+375290000099', undefined],
  ])('with %s is %s', async (who, id) => {
    expect(await createManagers().idOf(contextOf(scriptedHttp(LIST)), who)).toBe(id);
  });

  it('that the enterprise names in its settings needs no question', async () => {
    const http = scriptedHttp(LIST);
    const context = contextOf(http, { user_extensions: { '31': 150, '32': '+375290000078' } });
    const managers = createManagers();
    expect(await managers.idOf(context, '150')).toBe('31');
    expect(await managers.idOf(context, '+375290000078')).toBe('32');
    expect(await managers.extensionOf(context, '31')).toBe('150');
    expect(http.requests).toEqual([]);
  });

  it('who is responsible and has left has no extension', async () => {
    const context = contextOf(scriptedHttp(LIST));
    const managers = createManagers();
    expect(await Promise.all(['21', '23', '24', '99'].map((id) => managers.extensionOf(context, id)))).toEqual([
      ...['150', null, null, null],
    ]);
  });
});

describe('the list of managers', () => {
  it('is asked for once in a while, and again for another key or enterprise', async () => {
    let now = 0;
    const http = scriptedHttp(LIST);
    const managers = createManagers(() => now);
    await Promise.all(['150', '151'].map((who) => managers.idOf(contextOf(http), who)));
    expect(http.requests).toHaveLength(1);
    now += 6 * 60_000;
    await managers.idOf(contextOf(http), '150');
    expect(http.requests).toHaveLength(2);
    await managers.idOf(contextOf(http, { api_key: 'demo-other-key' }), '150');
    expect(http.requests).toHaveLength(3);
    await managers.idOf(contextOf(http, { api_key: 'demo-other-key' }, '0368'), '150');
    expect(http.requests).toHaveLength(4);
  });

  it('is asked for again when U-ON did not give it', async () => {
    const http = scriptedHttp({ status: 403, json: {} }, LIST);
    const managers = createManagers();
    await expect(managers.idOf(contextOf(http), '150')).rejects.toThrow('U-ON answered 403');
    expect(await managers.idOf(contextOf(http), '150')).toBe('21');
  });
});

describe('a test of the account', () => {
  const NOBODY: Scripted = { status: 404, json: { result: 404 } };
  const oks = (checks: { ok: boolean }[]): boolean[] => checks.map(({ ok }) => ok);

  it('says what works, and changes nothing', async () => {
    const http = scriptedHttp(LIST, NOBODY);
    expect(await checkAccount(contextOf(http))).toEqual([
      { name: 'Ключ API', ok: true, detail: 'принят, сотрудников в U-ON: 4' },
      { name: 'Менеджеры и внутренние номера', ok: true, detail: 'внутренние номера: 150, 151' },
      { name: 'Поиск клиента по телефону', ok: true, detail: 'отвечает' },
    ]);
    expect(http.requests.map(({ method }) => method)).toEqual(['GET', 'GET']);
  });

  test.each<[string, Scripted, RegExp]>([
    ['a wrong key', { status: 403, json: { result: 403 } }, /api_key.*IP/],
    ['a wrong address', { status: 404, html: '<html></html>' }, /api_url/],
    ['an address that is not allowed', new NoAnswer('connect ECONNRESET', false), /список IP-адресов/],
    ['U-ON that is down', { status: 503, html: '<html></html>' }, /через несколько минут/],
    ['U-ON that is busy', { status: 429, json: {}, headers: { 'retry-after': '60' } }, /реже/],
  ])('says what to do about %s', async (_name, answer, advice) => {
    const checks = await checkAccount(contextOf(scriptedHttp(answer)));
    expect(checks).toMatchObject([{ name: 'Ключ API', ok: false, advice: expect.stringMatching(advice) as string }]);
  });

  it('goes on when one part fails', async () => {
    const checks = await checkAccount(contextOf(scriptedHttp(LIST, { status: 403, json: {} })));
    expect(oks(checks)).toEqual([true, true, false]);
  });

  test.each([
    ['nobody has an extension', [{ u_id: 24 }], {}, 'ни у кого', 'внутренний номер'],
    ['two have the same', [...USERS, { u_id: 25, ip_internal_number: '150' }], {}, '150', 'у одного'],
    ['a setting names somebody who is not there', USERS, { '23': '152', '99': '153' }, '23, 99', 'user_extensions'],
  ])('tells when %s', (_name, users, userExtensions, detail, advice) => {
    expect(
      managersCheck(
        users.map((user) => Manager.parse(user)),
        userExtensions,
      ),
    ).toMatchObject({
      ok: false,
      detail: expect.stringContaining(detail) as string,
      advice: expect.stringContaining(advice) as string,
    });
  });
});

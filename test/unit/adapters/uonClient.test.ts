import { describe, expect, it, test } from 'vitest';
import { CrmError, NoAnswer } from '@live-calls/shared/runtime';
import { createClient, type UonClient } from '../../../services/uon/src/client.js';
import { callFields, notificationFields } from '../../../services/uon/src/mapping.js';
import { cases, formOf, sample } from '../../integration/emulatorCrmStage.js';
import { CALL, configured } from './uonCall.js';
import { scriptedHttp, type Scripted, type ScriptedHttp } from './uonHttp.js';

const KEY = 'demo-uon-key';
const stage = (...script: Scripted[]): { client: UonClient; http: ScriptedHttp } => {
  const http = scriptedHttp(...script);
  return { http, client: createClient({ config: configured(), http }) };
};
const pathOf = ({ http }: { http: ScriptedHttp }): string =>
  new URL(http.requests[0]?.url ?? '').pathname.replace(KEY, '{key}');
const answered = (name: string): Scripted => sample(name).response ?? { status: 0 };

/** How it was refused. */
async function refusal(of: Promise<unknown>): Promise<CrmError> {
  const error: unknown = await of.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof CrmError)) throw new Error(`not refused by the CRM: ${String(error)}`);
  return error;
}

describe('as recorded', () => {
  it('managers are listed', async () => {
    const { client, http } = stage(answered('uon-manager-list'));
    expect(await client.listManagers()).toEqual([{ id: '2', extensions: [], phones: [], works: true }]);
    expect(http.requests).toMatchObject([{ method: 'GET' }]);
    expect(pathOf({ http })).toBe(sample('uon-manager-list').request?.path);
  });

  it('a client is found by the phone, and 404 is nobody', async () => {
    const [known, unknown] = cases('uon-user-by-phone');
    const { client, http } = stage(known?.response ?? { status: 0 }, unknown?.response ?? { status: 0 });
    expect(await client.findTourists('79991234567')).toMatchObject([
      { u_surname: 'Иванов', u_phone: '79991234567', manager_id: '2', active: true, deleted: false },
    ]);
    expect(pathOf({ http })).toBe(known?.request?.path);
    expect(await client.findTourists('70000000000')).toEqual([]);
  });

  it('a call is written down as a form, its id is a text', async () => {
    const { client, http } = stage(answered('uon-call-history-create'));
    const { path, form = {} } = sample('uon-call-history-create').request ?? {};
    const none = { duration: null, direction: null, record_link: null, manager_id: null, note: null };
    const call = { ...CALL, phone: '+123456789' };
    const start = String(form['start']);
    const fields = callFields(call, { start, managerId: '2' }, configured({ call_fields: none }));
    expect(await client.createCall(fields)).toBe('1');
    expect(pathOf({ http })).toBe(path);
    expect(http.requests).toMatchObject([
      { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
    ]);
    expect(http.requests[0]?.body).toBe(formOf(form).toString());
  });
});

describe('a key', () => {
  it('with signs of its own is one part of the path', async () => {
    const http = scriptedHttp(answered('uon-manager-list'));
    await createClient({ config: configured({ api_key: 'a/b?c' }), http }).listManagers();
    expect(http.requests[0]?.url).toBe('https://api.u-on.ru/a%2Fb%3Fc/manager.json');
  });
});

const page: Scripted = { status: 200, html: '<html>nginx</html>' };

describe('what went wrong', () => {
  test.each<[Scripted, string]>([
    [{ status: 400, json: { result: 400 } }, 'rejected'],
    [{ status: 401, json: {} }, 'configuration'],
    [{ status: 403, json: { result: 403 } }, 'configuration'],
    [{ status: 200, json: { result: 403 } }, 'configuration'],
    [{ status: 404, json: { result: 404 } }, 'configuration'],
    [{ status: 302, html: '' }, 'configuration'],
    [{ status: 422, json: {} }, 'rejected'],
    [{ status: 504, html: '<html>Gateway Time-out</html>' }, 'unknown'],
    [page, 'unknown'],
  ])('while a call was written: %j is %s and not tried again', async (answer, kind) => {
    const { client, http } = stage(answer);
    const { facts, message } = await refusal(client.createCall({ phone: '1' }));
    expect(facts).toMatchObject({ kind, advice: expect.any(String) as string });
    expect(message).not.toContain(KEY);
    expect(http.requests).toHaveLength(1);
  });

  test.each<[Scripted, string]>([
    [{ status: 404, json: { result: 404 } }, 'configuration'],
    [page, 'configuration'],
    [{ status: 200, json: { result: 200 } }, 'configuration'],
  ])('while managers were read: %j is %s', async (answer, kind) => {
    expect((await refusal(stage(answer).client.listManagers())).facts.kind).toBe(kind);
  });

  test.each<Scripted>([
    { status: 404, html: '<html>404 Not Found</html>' },
    { status: 404, html: '' },
    { status: 404, json: 'Not found' },
    { status: 404, json: { result: 403 } },
  ])('while a client was looked for: %j is a wrong address, not nobody', async (answer) => {
    const { facts } = await refusal(stage(answer).client.findTourists('1'));
    expect(facts).toMatchObject({ kind: 'configuration', advice: expect.stringMatching(/api_(url|key)/) as string });
  });

  test.each([429, 500, 502, 503])('%i passes, and is tried again', async (status) => {
    const { client, http } = stage({ status, json: {} }, { status: 200, json: { result: 200, id: 7 } });
    expect(await client.createCall({ phone: '1' })).toBe('7');
    expect(http.requests).toHaveLength(2);
  });

  it('429 says when to come again, if it does', async () => {
    const { facts } = await refusal(
      stage({ status: 429, json: {}, headers: { 'retry-after': '30' } }).client.createCall({}),
    );
    expect(facts).toEqual({ kind: 'limited', retryAfterMs: 30_000 });
  });

  it('500, 502 and 503 that stay are for later, for questions 504 too', async () => {
    for (const status of [500, 502, 503, 504]) {
      expect((await refusal(stage({ status, json: {} }).client.findTourists('1'))).facts.kind).toBe('unavailable');
    }
  });

  it('a call without an answer is not sent again, a question is', async () => {
    const lost = new NoAnswer('no answer within 8000 ms', true);
    const calls = stage(lost, { status: 200, json: { result: 200, id: '1' } });
    await expect(calls.client.createCall({ phone: '1' })).rejects.toBe(lost);
    expect(calls.http.requests).toHaveLength(1);
    const questions = stage(lost, { status: 404, json: { result: 404 } });
    expect(await questions.client.findTourists('1')).toEqual([]);
  });

  it('a question in a hurry is asked once and with little patience', async () => {
    const http = scriptedHttp({ status: 503, json: {} });
    await refusal(createClient({ config: configured(), http }, 1_500).findTourists('1'));
    expect(http.requests).toMatchObject([{ timeoutMs: 1_500 }]);
  });

  it('an entry of a list that cannot be read does not spoil the others', async () => {
    const users = ['?', { u_id: '21', ip_internal_number: '150, 160' }, { u_id: 0, deleted: 1 }];
    expect(await stage({ status: 200, json: { users, result: 200 } }).client.listManagers()).toEqual([
      { id: '21', extensions: ['150', '160'], phones: [], works: true },
      { id: null, extensions: [], phones: [], works: false },
    ]);
  });
});

describe('the pace', () => {
  it('never exceeds in any second what the account lets through', async () => {
    for (const [requests_per_second, burst] of [
      [10, 5],
      [1, 1],
    ] as const) {
      const http = scriptedHttp(answered('uon-manager-list'));
      const config = configured({ requests_per_second });
      await createClient({ config, http }).createNotification(notificationFields('Звонит', '21', config));
      expect(http.requests[0]?.limit).toEqual({ name: 'all', burst, perSecond: requests_per_second / 2 });
    }
  });
});

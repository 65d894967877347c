import { afterAll, beforeAll, beforeEach, describe, expect, it, test } from 'vitest';
import { z } from 'zod';
import type { CrmHttp } from '@live-calls/shared/runtime';
import { createAdapter } from '../../../services/bitrix24/src/adapter.js';
import { createPortal } from '../../../services/bitrix24/src/client.js';
import { createOperatingTimes } from '../../../services/bitrix24/src/operatingTimes.js';
import { createAttaching } from '../../../services/bitrix24/src/recording.js';
import { startAdapter, type AdapterUnderTest } from '../../contract/adapterUnderTest.js';
import { fixture } from '../../contract/bitrix24.js';
import { PHONE } from '../../contract/fixture.js';
import { ringing, sampleCall } from '../../contract/sampleCall.js';
import { startScriptedCrm, type GotRequest, type Reply, type ScriptedCrm } from '../../contract/scriptedCrm.js';
import { createTestDatabase, type TestDatabase } from '../../harness/database.js';
import { cases, sample } from '../emulatorCrmStage.js';

const WEBHOOK = '/rest/1/bitrix-secret-code-1';
const SOUND = `RIFF\u0024\0\0\0WAVEfmt ${'x'.repeat(100)}`;
const TELEPHONY = 'telephony.externalCall';

let database: TestDatabase;
let account: ScriptedCrm;
let adapter: AdapterUnderTest;

beforeAll(async () => {
  [database, account] = await Promise.all([createTestDatabase(), startScriptedCrm()]);
  const section = { ...fixture.section(account.origin), user_extensions: { '1269': '150', '99': '151' } };
  const options = { pool: database.pool, allow: [account.host], section };
  adapter = await startAdapter(createAdapter({ attaching: createAttaching(1) }), options);
  await database.pool.query('update enterprises set recordings_url = $1', [`${account.origin}/{unique_id}.wav`]);
});
afterAll(async () => {
  await adapter.close();
  await account.close();
  await database.drop();
});
beforeEach(() => {
  account.requests.length = 0;
  account.answers(recorded);
});

/** What the portal answers, word for word. */
function recorded(request: GotRequest): Reply {
  if (request.path.endsWith('.wav')) return { status: 200, headers: { 'content-type': 'audio/wav' }, html: SOUND };
  const method = request.path.slice(WEBHOOK.length + 1);
  return { status: 200, json: sample(`bitrix24-${method.replaceAll('.', '-').toLowerCase()}`).response?.json };
}

const asked = (method: string): Record<string, unknown>[] =>
  account.requests
    .filter(({ path }) => path === `${WEBHOOK}/${method}`)
    .map(({ json }) => json as Record<string, unknown>);

const done = { status: 200, outcome: { outcome: 'done', notes: [] } };

describe('a call', () => {
  it('is registered, shown, hidden, finished and given its recording as the documentation shows', async () => {
    const began = sample('bitrix24-register-request').request?.json ?? {};
    const ended = sample('bitrix24-finish-request').request?.json ?? {};
    const call = sampleCall({
      ...{ external_id: '1710140185.18441', phone: `+${String(began['PHONE_NUMBER'])}` },
      ...{ line: { id: String(began['LINE_NUMBER']), name: null }, rang: ['150', '151'] },
      talk_seconds: Number(ended['DURATION']),
    });
    expect(await adapter.deliver('dial', ringing(call, ['150', '151']))).toEqual(done);
    expect(await adapter.deliver('answer', { ...call, state: 'talk', ended_at: null })).toEqual(done);
    expect(await adapter.deliver('hangup', call)).toEqual(done);
    expect(await adapter.deliver('record', call)).toEqual(done);

    const { TYPE, USER_ID, SHOW, LINE_NUMBER } = began;
    expect(asked(`${TELEPHONY}.register`)).toEqual([
      {
        ...{ TYPE, USER_ID, SHOW, LINE_NUMBER, PHONE_NUMBER: call.phone, EXTERNAL_CALL_ID: call.external_id },
        ...{ CALL_START_DATE: call.started_at, CRM_CREATE: 0 },
      },
    ]);
    const { CALL_ID, DURATION, STATUS_CODE } = ended;
    expect(asked(`${TELEPHONY}.show`)).toEqual([{ CALL_ID, USER_ID: [99] }]);
    expect(asked(`${TELEPHONY}.hide`)).toEqual([{ CALL_ID, USER_ID: [99] }]);
    expect(asked(`${TELEPHONY}.finish`)).toEqual([{ CALL_ID, USER_ID, DURATION, STATUS_CODE }]);
    const FILE_CONTENT = Buffer.from(SOUND).toString('base64');
    expect(asked(`${TELEPHONY}.attachRecord`)).toEqual([{ CALL_ID, FILENAME: '1710140185.18441.wav', FILE_CONTENT }]);

    for (const method of ['register', 'show', 'hide', 'finish', 'attachRecord']) {
      const { request } = sample(`bitrix24-telephony-externalcall-${method.toLowerCase()}`);
      const documented = request?.params?.map(({ name }) => name);
      for (const sent of asked(`${TELEPHONY}.${method}`))
        expect(documented).toEqual(expect.arrayContaining(Object.keys(sent)));
    }
  });

  it('sends a large recording to the address that the portal gives, whose token is in no log', async () => {
    const [inside, announced] = cases('bitrix24-attachrecord-two-modes');
    const large = `RIFF\u0024\0\0\0WAVEfmt ${'x'.repeat(3 * 1024 * 1024)}`;
    const uploadUrl = `${account.origin}/rest/upload.json?auth=one-time-auth&token=one-time-token`;
    const { json } = announced?.response ?? {};
    const { result } = json as { result: { fieldName: string } };
    account.answers((request) => {
      if (request.path.endsWith('.wav')) return { status: 200, headers: { 'content-type': 'audio/wav' }, html: large };
      if (request.path === '/rest/upload.json') return { status: 200, json: inside?.response?.json };
      if (request.path.endsWith('attachRecord'))
        return { status: 200, json: { ...(json as object), result: { ...result, uploadUrl } } };
      return recorded(request);
    });
    const call = sampleCall();
    expect(await adapter.deliver('record', call)).toEqual(done);
    const { CALL_ID } = announced?.request?.json ?? {};
    expect(asked(`${TELEPHONY}.attachRecord`)).toEqual([{ CALL_ID, FILENAME: `${call.external_id}.wav` }]);
    const uploaded = account.requests.filter(({ path }) => path === '/rest/upload.json');
    expect(uploaded.map(({ query, headers }) => [query['token'], headers['content-type']])).toEqual([
      ['one-time-token', expect.stringMatching(/^multipart\/form-data; boundary=/) as string],
    ]);
    expect(uploaded[0]?.text).toContain(`name="${result.fieldName}"; filename="${call.external_id}.wav"`);
    expect(uploaded[0]?.text).toContain(large);
    expect(await adapter.log()).not.toMatch(/one-time-/);
  });
});

describe('a client', () => {
  it('is found with name, company and responsible manager', async () => {
    expect(await adapter.client('+79062195047')).toEqual({
      status: 200,
      body: {
        client: {
          ...{ last_name: 'Админов', first_name: 'Админ', middle_name: 'Админович' },
          ...{ enterprise_name: 'ООО Ромашка', extension: '151' },
        },
      },
    });
    expect(asked(`${TELEPHONY}.searchCrmEntities`)).toEqual([{ PHONE_NUMBER: '+79062195047' }]);
    expect(asked('crm.item.get')).toEqual([{ entityTypeId: 3, id: 651 }]);
  });

  it('is found by how the number was typed in', async () => {
    const [known] = cases('bitrix24-findbycomm-request-error');
    account.answers((request) =>
      request.path.endsWith('searchCrmEntities') ? { status: 200, json: { result: [] } } : recorded(request),
    );
    expect(await adapter.client(PHONE)).toMatchObject({ status: 200, body: { client: { last_name: 'Админов' } } });
    const [sent = {}] = asked('crm.duplicate.findbycomm');
    expect(Object.keys(known?.request?.json ?? {})).toEqual(expect.arrayContaining(Object.keys(sent)));
    expect(sent).toMatchObject({
      type: known?.request?.json?.['type'],
      values: expect.arrayContaining(['80290000001']) as string[],
    });
    expect(asked('crm.item.get')).toEqual([{ entityTypeId: 3, id: 275 }]);
  });

  test.each([[], {}])('is nobody when the portal says %j', async (nothing) => {
    const [, noType, nobody] = cases('bitrix24-findbycomm-request-error');
    expect(nobody?.response?.json).toEqual({ result: [] });
    account.answers(({ path }) => ({ status: 200, json: { result: path.endsWith('findbycomm') ? nothing : [] } }));
    expect(await adapter.client(PHONE)).toEqual({ status: 200, body: { client: null } });
    // Prose instead of a code: the search of telephony has answered all the same.
    account.answers((request) =>
      request.path.endsWith('findbycomm') ? (noType?.response as Reply) : { status: 200, json: { result: [] } },
    );
    expect(await adapter.client(PHONE)).toEqual({ status: 200, body: { client: null } });
  });

  it('without the right to the CRM is known by the name that the portal shows', async () => {
    const forbidden = cases('bitrix24-errors-system').map(({ status, json }) => ({ status, json }) as unknown as Reply);
    const reply = forbidden.find((each) => JSON.stringify(each).includes('insufficient_scope'));
    account.answers((request) => (request.path.includes('/crm.') ? (reply ?? 'reset') : recorded(request)));
    expect(await adapter.client('+79062195047')).toMatchObject({
      body: {
        client: { last_name: 'Иван Иванов', first_name: null, enterprise_name: 'ООО Ромашка', extension: '151' },
      },
    });
  });
});

test.each(['bitrix24-crm-contact-get', 'bitrix24-crm-company-get', 'bitrix24-crm-lead-get', 'bitrix24-user-get'])(
  'an answer of any method is read: %s',
  async (name) => {
    const { request, response } = sample(name);
    const method = request?.path?.split('/').at(-1) ?? '';
    const { result } = response?.json as { result: unknown };
    const urls: string[] = [];
    const http: CrmHttp = {
      request: ({ url }) => {
        urls.push(url.toString());
        return Promise.resolve({ status: 200, headers: {}, body: Buffer.alloc(0), text: '', json: response?.json });
      },
    };
    const portal = createPortal(
      { config: fixture.section('https://x.example') as never, http },
      createOperatingTimes(),
    );
    expect(await portal.call(method, { id: 1 }, z.unknown())).toEqual(result);
    expect(urls).toEqual([`https://x.example${WEBHOOK}/${method}`]);
  },
);

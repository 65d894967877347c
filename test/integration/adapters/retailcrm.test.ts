import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { CallView, Section } from '@live-calls/shared/contracts';
import { createAdapter } from '../../../services/retailcrm/src/adapter.js';
import { startAdapter, type AdapterUnderTest } from '../../contract/adapterUnderTest.js';
import { fixture } from '../../contract/retailcrm.js';
import { missed, ringing, sampleCall } from '../../contract/sampleCall.js';
import { startScriptedCrm, type GotRequest, type Reply, type ScriptedCrm } from '../../contract/scriptedCrm.js';
import { createTestDatabase, type TestDatabase } from '../../harness/database.js';
import { cases, sample } from '../emulatorCrmStage.js';

type Config = Section<'retailcrm'>;

let database: TestDatabase;
let account: ScriptedCrm;
let adapter: AdapterUnderTest;
let section: Config;
/** What the adapter takes for now. */
let now: number;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

beforeEach(async () => {
  account = await startScriptedCrm();
  account.answers(fixture.answer);
  section = fixture.section(account.origin) as Config;
  now = Date.parse('2021-02-08T05:31:00Z');
  adapter = await startAdapter(
    createAdapter(() => now),
    { pool: database.pool, allow: [account.host], section },
  );
  return async () => {
    await adapter.close();
    await account.close();
  };
});

const endpoints = (): string[] => account.requests.map(({ method, path }) => `${method} ${path}`);
const EVENT = 'POST /api/v5/telephony/call/event';
const UPLOAD = 'POST /api/v5/telephony/calls/upload';
const SETTINGS = 'GET /api/v5/settings';

const sent = (endpoint: string): GotRequest[] =>
  account.requests.filter(({ method, path }) => `${method} ${path}` === endpoint);
const events = (): unknown[] => sent(EVENT).map(({ form }) => form['event']);
const uploads = (): unknown[] => sent(UPLOAD).map(({ form }) => (form['calls'] as unknown[])[0]);

/** Everything as by a healthy account but this endpoint. */
const answering = (endpoint: string, reply: Reply): void => {
  account.answers((request) => (`${request.method} ${request.path}` === endpoint ? reply : fixture.answer(request)));
};

const minute = (call: CallView): CallView => ({
  ...call,
  started_at: '2021-02-08T08:29:40+03:00',
  ended_at: '2021-02-08T08:30:50+03:00',
});

describe('requests to RetailCRM', () => {
  it('show a card as its clients do, for users', async () => {
    const { request } = sample('retailcrm-call-event-php');
    const recorded = request?.form?.['event'] as { phone: string };
    await adapter.configure({ ...section, site: 'aliexpress', user_extensions: { '27': '150' } });
    await adapter.deliver('dial', ringing(sampleCall({ phone: '+78005553125' }), ['150']));
    expect(events()).toEqual([{ ...recorded, phone: '+78005553125' }]);
    const [event] = sent(EVENT);
    expect(event?.path).toBe(request?.path);
    expect(event?.headers).toMatchObject({
      'x-api-key': section.api_key,
      'content-type': 'application/x-www-form-urlencoded',
    });
    expect(Object.keys(event?.form ?? {})).toEqual(['event']);
  });

  it('show a card as its clients do, for extensions', async () => {
    const recorded = { ...(sample('retailcrm-call-event-legacy-php').request?.form?.['event'] as object) };
    // The recorded one says how a call ended that has only begun.
    Reflect.deleteProperty(recorded, 'hangupStatus');
    await adapter.configure({ ...section, user_extensions: {} });
    const line = { id: '+74950000000', name: null };
    await adapter.deliver('dial', ringing(sampleCall({ phone: '+79999999999', line }), ['101']));
    expect(events()).toEqual([recorded]);
  });

  it('write a call down as its clients do', async () => {
    const { request } = sample('retailcrm-calls-upload-php');
    const [recorded] = request?.form?.['calls'] as Record<string, unknown>[];
    await adapter.configure({ ...section, site: 'aliexpress', user_extensions: { '27': '150' } });
    const call = minute(
      sampleCall({
        phone: '+78005553125',
        external_id: 'test_call_external_id',
        record_url: 'https://examle.com/test.mp3',
      }),
    );
    expect(await adapter.deliver('hangup', call)).toMatchObject({ outcome: { outcome: 'done', notes: [] } });
    expect(uploads()).toEqual([{ ...recorded, phone: '+78005553125' }]);
    expect(sent(UPLOAD)[0]?.path).toBe(request?.path);
  });

  it('ask as its clients do', async () => {
    await adapter.client('+79999999999');
    await adapter.test();
    const asked = account.requests.map(({ path, query }) => [path, query] as const);
    const recorded = sample('retailcrm-manager-php').request;
    expect(asked[0]).toEqual([recorded?.path, { ...recorded?.query, phone: '+79999999999' }]);
    const users = sample('retailcrm-users-list').request;
    expect(asked[1]).toEqual([users?.path, { ...users?.query, limit: '100', page: '1' }]);
    expect(asked.map(([path]) => path)).toContain(sample('retailcrm-settings-timezone').request?.path);
  });
});

describe('recorded answers of RetailCRM', () => {
  const RECORDED = ['retailcrm-call-event-php', 'retailcrm-call-event-legacy-php'];

  it.each(RECORDED)('%s: the card is shown', async (name) => {
    answering(EVENT, { status: 200, json: sample(name).response?.json });
    expect(await adapter.deliver('dial', ringing(sampleCall(), ['150']))).toMatchObject({ status: 200 });
  });

  it.each(['retailcrm-calls-upload-php', 'retailcrm-calls-upload-legacy-php'])('%s: it is stored', async (name) => {
    answering(UPLOAD, { status: 200, json: sample(name).response?.json });
    expect(await adapter.deliver('hangup', sampleCall())).toMatchObject({ status: 200 });
  });

  it.each([
    ['retailcrm-manager-php', 'John', '12'],
    ['retailcrm-manager-python', 'Doe', 'ccc7'],
  ])('%s: the client has a name', async (name, last_name, code) => {
    answering('GET /api/v5/telephony/manager', { status: 200, json: sample(name).response?.json });
    const { body } = await adapter.client('+79999999999');
    // Neither code is an extension of 3 or 4 digits.
    expect(body).toMatchObject({ client: { last_name, first_name: 'John', extension: null } });
    expect(code).not.toMatch(/^\d{3,4}$/);
  });

  it('retailcrm-errors: none of them is taken for success', async () => {
    const becomes: Record<string, string> = {};
    for (const { class: kind, body, rawBody } of cases('retailcrm-errors') as Record<string, unknown>[]) {
      answering(UPLOAD, typeof rawBody === 'string' ? { status: 404, html: rawBody } : { status: 400, json: body });
      const { outcome } = await adapter.deliver('hangup', sampleCall());
      if (outcome.outcome !== 'done') becomes[String(kind)] = outcome.kind;
    }
    expect(becomes).toEqual({
      generic: 'rejected',
      missing_credentials: 'configuration',
      invalid_credentials: 'configuration',
      access_denied: 'configuration',
      // A page: it may pass, and costs no call.
      account_does_not_exist: 'unavailable',
      validation: 'rejected',
      missing_parameter: 'rejected',
    });
  });
});

describe('a call in RetailCRM', () => {
  it('closes the card before it is written down, and is asked for the zone of the account once a day', async () => {
    await adapter.deliver('hangup', minute(sampleCall()));
    expect(endpoints()).toEqual([EVENT, SETTINGS, UPLOAD]);
    await adapter.deliver('hangup', minute(sampleCall()));
    expect(sent(SETTINGS)).toHaveLength(1);
    now += 25 * 3_600_000;
    await adapter.deliver('hangup', sampleCall());
    expect(sent(SETTINGS)).toHaveLength(2);
  });

  it('is dated in the zone of the account, else in that of the enterprise', async () => {
    const zone = (value: string): Reply => ({
      status: 200,
      json: { success: true, settings: { timezone: { value } } },
    });
    const at = { started_at: '2025-09-30T08:15:00Z' };
    answering(SETTINGS, zone('Asia/Vladivostok'));
    await adapter.deliver('hangup', sampleCall(at));
    answering(SETTINGS, zone('nowhere'));
    now += 25 * 3_600_000;
    await adapter.deliver('hangup', sampleCall(at));
    answering(SETTINGS, { status: 403, json: { success: false, errorMsg: 'Access denied.' } });
    now += 25 * 3_600_000;
    await adapter.deliver('hangup', sampleCall(at));
    expect(uploads()).toMatchObject([
      { date: '2025-09-30 18:15:00' },
      { date: '2025-09-30 11:15:00' },
      { date: '2025-09-30 11:15:00' },
    ]);
  });

  it('waits for the zone rather than being hours off', async () => {
    answering(SETTINGS, { status: 500, json: { success: false, errorMsg: 'Internal Server Error' } });
    expect(await adapter.deliver('hangup', sampleCall())).toMatchObject({ outcome: { kind: 'unavailable' } });
    expect(uploads()).toEqual([]);
  });

  it('waits when a page answers, which tells nothing of the zone either', async () => {
    answering(SETTINGS, { status: 405, html: '<html>Not Allowed</html>' });
    expect(await adapter.deliver('hangup', sampleCall())).toMatchObject({ outcome: { kind: 'unavailable' } });
    expect(uploads()).toEqual([]);
  });

  it('that was over long ago closes a card only where one was shown', async () => {
    const old = sampleCall({ ended_at: '2021-02-08T05:00:00Z' });
    await adapter.deliver('hangup', old, { origin: 'recovery' });
    expect(events()).toEqual([]);
    const shown = sampleCall({ ended_at: '2021-02-08T05:00:00Z' });
    await adapter.deliver('dial', ringing(shown, ['150']));
    await adapter.deliver('hangup', shown);
    expect(events()).toMatchObject([
      { type: 'in', userIds: [11] },
      { type: 'hangup', userIds: [11], hangupStatus: 'answered' },
    ]);
  });

  it('says how it ended as each method wants it', async () => {
    const soon = { ended_at: '2021-02-08T05:30:00Z' };
    await adapter.configure({ ...section, user_extensions: { '11': '150' } });
    await adapter.deliver('hangup', missed({ ...soon, rang: ['150'], extension: '150' }));
    await adapter.deliver('hangup', sampleCall({ ...soon, direction: 'outgoing' }));
    expect(events()).toMatchObject([{ hangupStatus: 'no answered' }, { hangupStatus: 'answered' }]);
    expect(uploads()).toMatchObject([
      { result: 'no answer', userId: 11, duration: 0, durationWaiting: 70, type: 'in' },
      { result: 'answered', duration: 60, type: 'out' },
    ]);
  });

  it('is written down although its card cannot be closed', async () => {
    answering(EVENT, { status: 400, json: { success: false, errorMsg: 'Errors in the entity format' } });
    const { outcome } = await adapter.deliver('hangup', minute(sampleCall()));
    expect(outcome).toMatchObject({ outcome: 'done', notes: [expect.stringContaining('Карточка')] });
    expect(uploads()).toHaveLength(1);
  });

  it('is written down at once, and its card closed later, when closing is out of order', async () => {
    const call = minute(sampleCall());
    answering(EVENT, { status: 500, json: { success: false } });
    expect(await adapter.deliver('hangup', call)).toMatchObject({ outcome: { kind: 'unavailable' } });
    account.answers(fixture.answer);
    expect(await adapter.deliver('hangup', call, { attempt: 2 })).toMatchObject({ outcome: { outcome: 'done' } });
    expect(uploads()).toHaveLength(1);
  });

  it('that is there already is done', async () => {
    const call = sampleCall();
    const duplicateCalls = [call.external_id];
    answering(UPLOAD, { status: 200, json: { success: true, processedCallsCount: 0, duplicateCalls } });
    expect(await adapter.deliver('hangup', call)).toMatchObject({ outcome: { outcome: 'done' } });
  });

  it('tells whom RetailCRM does not know', async () => {
    answering(EVENT, { status: 200, json: { success: true, notExistUsers: [11], notExistCodes: ['150'] } });
    const { outcome } = await adapter.deliver('dial', ringing(sampleCall(), ['150']));
    expect(outcome).toMatchObject({
      notes: [expect.stringContaining('номеров 150'), expect.stringContaining('пользователей 11')],
    });
  });

  it('rings at several in one request, and only at those who are new', async () => {
    const call = sampleCall();
    await adapter.deliver('dial', ringing(call, ['150', '151', '199']));
    await adapter.deliver('dial', ringing(call, ['151', '150', '152']));
    expect(events()).toMatchObject([{ userIds: [11, 12] }, { userIds: [13] }]);
  });

  it('belongs to the manager whose mobile took it', async () => {
    await adapter.configure({ ...section, user_extensions: { '11': '150', '12': '80290000077' } });
    await adapter.deliver('hangup', sampleCall({ talked: ['+375290000077'], extension: '+375290000077' }));
    expect(uploads()).toMatchObject([{ userId: 12 }]);
  });

  it('that several missed is of the first who rang, of nobody who did not', async () => {
    await adapter.deliver('hangup', missed({ rang: ['199', '151', '150'] }));
    await adapter.configure({ ...section, user_extensions: {} });
    await adapter.deliver('hangup', missed({ external_id: '1759220100.37', rang: ['151', '150'] }));
    expect(uploads()).toMatchObject([{ userId: 12 }, { code: '151' }]);
  });

  it('without a map goes to whom RetailCRM maps; without anybody, to the default user or to nobody', async () => {
    await adapter.configure({ ...section, user_extensions: {} });
    await adapter.deliver('hangup', sampleCall());
    await adapter.deliver('hangup', missed({ rang: [] }));
    await adapter.configure({ ...section, user_extensions: {}, default_user_id: null });
    const { outcome } = await adapter.deliver('hangup', missed({ rang: [] }));
    expect(uploads()).toMatchObject([{ code: '150' }, { userId: 13 }, { result: 'no answer' }]);
    expect(uploads()[2]).not.toHaveProperty('userId');
    expect(uploads()[2]).not.toHaveProperty('code');
    expect(outcome).toMatchObject({ notes: [expect.stringContaining('default_user_id')] });
  });
});

describe('the check of an account', () => {
  const failing = async (): Promise<string[]> =>
    (await adapter.test()).checks.filter(({ ok }) => !ok).map(({ name }) => name);

  it('finds users that are not there', async () => {
    await adapter.configure({ ...section, user_extensions: { '11': '150', '99': '151' }, default_user_id: 98 });
    expect(await failing()).toEqual(['Сотрудники', 'Пользователь по умолчанию']);
  });

  it('finds telephony missing', async () => {
    const [notEnabled] = cases('retailcrm-telephony-not-enabled');
    answering('GET /api/v5/telephony/manager', { status: 200, json: notEnabled?.response?.json });
    expect(await failing()).toEqual(['Телефония']);
  });

  it('reads all pages of the users', async () => {
    account.answers((request) => {
      if (request.path !== '/api/v5/users') return fixture.answer(request);
      const id = request.query['page'] === '2' ? 13 : 11;
      return { status: 200, json: { success: true, pagination: { totalPageCount: 2 }, users: [{ id }, { id: 12 }] } };
    });
    expect(await failing()).toEqual([]);
  });

  it('says that there may be no such account when a page answers', async () => {
    account.answers(() => ({ status: 405, html: '<html>Not Allowed</html>' }));
    const { checks } = await adapter.test();
    expect(checks).toMatchObject([{ ok: false, advice: expect.stringContaining('domain') as string }]);
  });

  it('is one failed check when nobody answers', async () => {
    await account.close();
    const { ok, checks } = await adapter.test();
    expect(ok).toBe(false);
    expect(checks).toMatchObject([{ ok: false, advice: expect.stringMatching(/[а-яё]/i) as string }]);
  });
});

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { addEnterprise, createCacheStage, type CacheStage } from './cacheStage.js';

const KEY = 'made-up-key-0123456789';
const RETAILCRM = {
  enabled: true,
  domain: 'https://demo.retailcrm.example',
  api_key: KEY,
  user_extensions: { '11': '150' },
  note: 'written by hand',
};
const BITRIX24 = { enabled: false, incoming_webhook: 'https://demo.bitrix24.example/rest/31/made-up-code/' };
const MS = { enabled: false, integration_code: 'made-up-code-1234', api_token: 'short' };
const CONFIG = { retailcrm: RETAILCRM, bitrix24: BITRIX24, ms: MS, smart: { primary: 'retailcrm' } };

let stage: CacheStage;
beforeAll(async () => {
  stage = await createCacheStage();
});
afterAll(async () => {
  await stage.end();
});
beforeEach(async () => {
  await stage.clear();
  await addEnterprise(stage.pool, { config: CONFIG });
});

const put = (type: string, value: unknown) => stage.send('PUT', `/config/0367/${type}`, value);
const store = (json: string): Promise<unknown> =>
  stage.pool.query('update enterprises set integrations_config = $1::jsonb', [json]);
const storedText = async (): Promise<string> => {
  const { rows } = await stage.pool.query<{ text: string }>(
    'select integrations_config::text as text from enterprises',
  );
  return rows[0]?.text ?? '';
};
const stored = async (): Promise<unknown> => JSON.parse(await storedText());

describe("an enterprise's settings", () => {
  it('are shown without secrets', async () => {
    const { body } = await stage.get('/config/june');
    expect(body).toEqual({
      enterprise_number: '0367',
      integrations: {
        retailcrm: { ...RETAILCRM, api_key: '***789' },
        bitrix24: { ...BITRIX24, incoming_webhook: '***' },
        ms: { ...MS, integration_code: '***234', api_token: '***' },
        smart: { primary: 'retailcrm' },
      },
      source: expect.stringMatching(/^(cache|database)$/) as string,
      cached_at: expect.stringMatching(/Z$/) as string,
    });
    expect((await stage.get('/config/0367/retailcrm')).body).toEqual({
      enterprise_number: '0367',
      config: { ...RETAILCRM, api_key: '***789' },
      source: 'cache',
      cached_at: expect.stringMatching(/Z$/) as string,
    });
    expect((await stage.get('/config/0367/uon')).status).toBe(404);
  });

  it('show no secret either that is where nobody expects it', async () => {
    const secret = 'made-up-secret-000';
    await store(
      JSON.stringify({
        retailcrm: JSON.stringify({ ...RETAILCRM, api_key: secret }),
        uon: `broken: ${secret}`,
        ms: { api_token: [secret], phone_api_url: `https://user:${secret}@ms.example`, nested: { password: secret } },
        bitrix24: {
          incoming_webhook: `demo.bitrix24.example/rest/31/${secret}`,
          api_url: `https://b.example/?k=${secret}`,
        },
        telegram: { bot_token: secret },
      }),
    );
    await stage.send('POST', '/cache/invalidate/0367');
    const { body } = await stage.get('/config/0367');
    expect(JSON.stringify(body)).not.toContain(secret);
    expect(body['integrations']).toMatchObject({ retailcrm: { api_key: '***000', enabled: true }, uon: '***' });
    expect((body['problems'] as { section: string }[]).map(({ section }) => section).sort()).toEqual(['ms', 'uon']);
    expect(await stage.log()).not.toContain(secret);
  });

  it('are replaced one section at a time, at once, and the other sections stay', async () => {
    const uon = { enabled: true, api_key: 'made-up-uon-key', user_extensions: { '21': '150' }, mine: [1.5, null] };
    expect(await put('uon', uon)).toMatchObject({
      status: 200,
      body: { enterprise_number: '0367', config: { ...uon, api_key: '***key' }, source: 'database' },
    });
    expect(await stored()).toEqual({ ...CONFIG, uon });
    expect((await stage.get('/integrations/0367')).body).toMatchObject({ integrations: { uon: true } });
    await put('retailcrm', { ...RETAILCRM, enabled: false });
    expect((await stage.get('/integrations/0367')).body).toMatchObject({ integrations: { retailcrm: false } });
    await put('smart', { primary: 'uon' });
    expect(await stored()).toEqual({
      ...CONFIG,
      uon,
      retailcrm: { ...RETAILCRM, enabled: false },
      smart: { primary: 'uon' },
    });
  });

  it('keep the secrets that are put back as they were shown', async () => {
    const { body } = await stage.get('/config/0367');
    const { retailcrm, bitrix24, ms } = body['integrations'] as Record<string, Record<string, unknown>>;
    await put('retailcrm', { ...retailcrm, site: 'shop' });
    await put('bitrix24', { ...bitrix24, enabled: true });
    await put('ms', { ...ms, api_token: 'another' });
    expect(await stored()).toEqual({
      ...CONFIG,
      retailcrm: { ...RETAILCRM, site: 'shop' },
      bitrix24: { ...BITRIX24, enabled: true },
      ms: { ...MS, api_token: 'another' },
    });
  });

  it('keep the map of managers when it is not mentioned, and lose it when it is emptied', async () => {
    const { user_extensions: map, ...rest } = RETAILCRM;
    await put('retailcrm', { ...rest, site: 'shop' });
    expect(await stored()).toMatchObject({ retailcrm: { site: 'shop', user_extensions: map } });
    await put('retailcrm', { ...rest, user_extensions: {} });
    expect(await stored()).toMatchObject({ retailcrm: { user_extensions: {} } });
  });

  it.each([
    ['retailcrm', { enabled: true, domain: 'https://demo.example' }, 'retailcrm: api_key: api_key is missing'],
    ['retailcrm', { ...RETAILCRM, domain: 'ftp://demo.example' }, 'retailcrm: domain: domain must be an address'],
    ['retailcrm', { ...RETAILCRM, api_key: '***000' }, 'retailcrm: api_key: masked, give the whole value'],
    ['uon', { enabled: true, api_key: '***' }, 'uon: api_key: masked, give the whole value'],
    ['uon', [], 'uon: is not an object'],
    ['smart', { primary: 'amocrm' }, 'smart: primary: primary must be one of retailcrm, ms, uon, bitrix24'],
    ['uon', { enabled: true, api_key: 'a\0b' }, 'what cannot be stored'],
  ])('are not replaced by what is wrong: %s %j', async (type, value, detail) => {
    const { status, body } = await put(type, value);
    expect([status, body['detail']]).toEqual([422, expect.stringContaining(detail)]);
    expect(await stored()).toEqual(CONFIG);
  });

  it('are not replaced without a body, nor under a name that nothing reads, nor of an unknown enterprise', async () => {
    expect((await put('uon', undefined)).status).toBe(422);
    expect((await put('amocrm', {})).status).toBe(404);
    expect((await stage.send('PUT', '/config/0999/uon', { api_key: 'made-up' })).status).toBe(404);
    expect(await stored()).toEqual(CONFIG);
  });

  it.each([
    ['a string with JSON in it', JSON.stringify(JSON.stringify(CONFIG)), CONFIG],
    ['such a string in a string', JSON.stringify(JSON.stringify(JSON.stringify(CONFIG))), CONFIG],
    ['a broken string', '"{retailcrm"', {}],
    ['a list', '[1]', {}],
    ['null', 'null', {}],
  ])('are repaired when they are %s', async (_what, json, kept) => {
    await store(json);
    await put('smart', { primary: 'ms' });
    expect(await stored()).toEqual({ ...kept, smart: { primary: 'ms' } });
  });

  it('keep what JavaScript would change in other sections', async () => {
    await store('{"other": {"long": 12345678901234567890, "exact": 1.10}}');
    await put('uon', { api_key: 'made-up' });
    expect(await storedText()).toContain('12345678901234567890');
    expect(await storedText()).toContain('1.10');
  });

  it('keep every section when all are replaced at the same time', async () => {
    const sections = { retailcrm: { ...RETAILCRM, site: 'a' }, uon: { api_key: 'made-up' }, smart: { primary: 'uon' } };
    await Promise.all(Object.entries(sections).map(([type, value]) => put(type, value)));
    expect(await stored()).toEqual({ ...CONFIG, ...sections });
  });

  it('let live again what died of the old ones', async () => {
    await stage.pool.query(
      `insert into crm_destinations (enterprise_number, crm, failures, held_until)
       values ('0367', 'retailcrm', 5, now() + interval '1 hour')`,
    );
    await put('retailcrm', { ...RETAILCRM, site: 'shop' });
    const { rows } = await stage.pool.query<{ held: boolean }>(
      'select held_until > now() as held from crm_destinations',
    );
    expect(rows[0]?.held ?? false).toBe(false);
  });
});

import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../../harness/until.js';
import { addEnterprise, createCacheStage, RETAILCRM, type CacheStage } from './cacheStage.js';

let stage: CacheStage;
beforeAll(async () => {
  stage = await createCacheStage();
  await addEnterprise(stage.pool, { config: { ...RETAILCRM, smart: { primary: 'retailcrm' } } });
  await addEnterprise(stage.pool, { number: '0368', name: 'may' });
  await stage.pool.query(
    `insert into customers (enterprise_number, phone_e164, last_name, first_name, enterprise_name, first_seen_at,
       last_seen_at) values ('0368', '+375290000001', 'Иванов', 'Иван', null, now(), now()),
       ('0368', '+375290000002', 'Петров', 'Пётр', 'ООО Ромашка', now(), now())`,
  );
  await until('both are known', async () => (await stage.get('/stats')).body['cache_size'] === 2);
});
afterAll(async () => {
  await stage.end();
});

const ISO = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as string;

describe('what the integration cache answers', () => {
  it('says that it is healthy', async () => {
    const { status, body } = await stage.get('/health');
    expect(status).toBe(200);
    expect(body).toMatchObject({ status: 'ok', cache_size: 2, database_connected: true });
    expect(body['uptime_seconds']).toBeTypeOf('number');
  });

  it.each(['0367', 'june', '375290000367'])('knows the enterprise as %s', async (ent) => {
    expect((await stage.get(`/integrations/${ent}`)).body).toEqual({
      integrations: { retailcrm: true, ms: false, uon: false, bitrix24: false },
      created_at: ISO,
      expires_at: ISO,
      age_seconds: expect.any(Number) as number,
    });
  });

  it('keeps what was read for longer than until the next reading', async () => {
    const { body } = await stage.get('/integrations/0367');
    const life = Date.parse(String(body['expires_at'])) - Date.parse(String(body['created_at']));
    expect(life).toBeGreaterThanOrEqual(15 * 60_000);
  });

  it('shows a manager and a line, and all of them', async () => {
    const manager = {
      internal_phone: '150',
      full_name: 'Петров Пётр Петрович',
      short_name: 'Петров П. П.',
      personal_phone: '+375290000150',
      follow_me_number: '300',
      follow_me_enabled: true,
    };
    const line = { line_id: '0001363', name: 'Главный офис', operator: 'A1' };
    const enterprise_number = '0367';
    expect((await stage.get('/metadata/0367/manager/150')).body).toEqual({ enterprise_number, ...manager });
    expect((await stage.get('/metadata/june/managers')).body).toEqual({ enterprise_number, managers: [manager] });
    expect((await stage.get('/metadata/0367/line/0001363')).body).toEqual({ enterprise_number, ...line });
    expect((await stage.get('/metadata/0367/lines')).body).toEqual({ enterprise_number, lines: [line] });
  });

  it('names clients of an enterprise without CRM by what its own table knows', async () => {
    expect((await stage.get('/customer-name/0368/+375290000001')).body).toEqual({ name: 'Иванов Иван' });
    expect((await stage.get('/customer-name/0368/+375290000002')).body).toEqual({ name: 'ООО Ромашка' });
    expect((await stage.get('/customer-name/0368/+375290000003')).body).toEqual({ name: null });
    expect((await stage.get('/customer-profile/0368/+375290000002')).body).toEqual({
      last_name: 'Петров',
      first_name: 'Пётр',
      middle_name: null,
      enterprise_name: 'ООО Ромашка',
      source: 'customers',
    });
    expect((await stage.get('/customer-profile/0368/+375290000003')).body).toEqual({
      last_name: null,
      first_name: null,
      middle_name: null,
      enterprise_name: null,
      source: null,
    });
    expect((await stage.get('/responsible-extension/0368/+375290000001')).body).toEqual({ extension: null });
    expect(stage.questions).toEqual([]);
  });

  it.each(['+375290000001', '%2B375290000001', '80290000001', '375%2029%20000-00-01', '%20375290000001', '290000001'])(
    'reads the phone %s by the country of the enterprise',
    async (phone) => {
      expect((await stage.get(`/customer-name/0368/${phone}`)).body).toEqual({ name: 'Иванов Иван' });
    },
  );

  it.each(['150', 'Anonymous', '%3Cunknown%3E', '0001363', '+3752900000011234567'])(
    'refuses %s, which is no phone',
    async (phone) => {
      const { status, body } = await stage.get(`/customer-name/0368/${phone}`);
      expect([status, body['detail']]).toEqual([422, expect.stringContaining('phone')]);
    },
  );

  it.each([
    ['GET', '/integrations/0999'],
    ['GET', '/config/0999'],
    ['GET', '/config/0999/retailcrm'],
    ['GET', '/customer-name/0999/+375290000001'],
    ['GET', '/metadata/0999/managers'],
    ['POST', '/cache/invalidate/0999'],
    ['GET', `/integrations/${'9'.repeat(5000)}`],
    ['GET', '/integrations/%00'],
  ])('answers 404 to %s %s: there is no such enterprise', async (method, path) => {
    expect(await stage.send(method, path)).toMatchObject({ status: 404, body: { detail: 'Enterprise not found' } });
  });

  it.each([
    '/',
    '/nothing',
    '/integrations',
    '/metadata/0367/manager/999',
    '/metadata/0367/line/1',
    '/config/0367/toString',
  ])('answers 404 in JSON to %s', async (path) => {
    const { status, body } = await stage.get(path);
    expect([status, body['detail']]).toEqual([404, expect.any(String)]);
  });

  it('answers 405 to a method that a path does not have, and 400 to what cannot be decoded', async () => {
    expect((await stage.send('POST', '/integrations/0367')).status).toBe(405);
    expect((await stage.send('DELETE', '/config/0367/retailcrm')).status).toBe(405);
    expect((await stage.get('/dispatch/call-event')).status).toBe(405);
    const { status, body } = await stage.get('/integrations/%zz');
    expect([status, body['detail']]).toEqual([400, expect.any(String)]);
  });

  it('answers nobody who comes by a name that DNS has led here, but about its health', async () => {
    for (const [path, expected] of [
      ['/config/0367', 403],
      ['/customer-name/0368/+375290000001', 403],
      ['/health', 200],
    ] as const) {
      const asked = request(stage.address + path, { headers: { host: 'evil.example' }, agent: false }).end();
      const [response] = (await once(asked, 'response')) as [IncomingMessage];
      response.resume();
      expect([path, response.statusCode]).toEqual([path, expected]);
    }
  });

  it('takes settings and events in JSON only', async () => {
    for (const [method, path] of [
      ['PUT', '/config/0367/smart'],
      ['POST', '/dispatch/call-event'],
    ] as const) {
      const response = await fetch(stage.address + path, { method, body: '{}' });
      expect([path, response.status]).toEqual([path, 415]);
    }
  });

  it('reads everything again when it is told to', async () => {
    const before = (await stage.get('/stats')).body['refreshes'] as number;
    expect(await stage.send('POST', '/cache/refresh')).toMatchObject({ status: 200, body: { cache_size: 2 } });
    const { body } = await stage.get('/stats');
    expect(body['refreshes']).toBeGreaterThan(before);
    expect(body['last_full_refresh']).toEqual(ISO);
  });

  it('reads an enterprise again after it was invalidated, and counts it all the time', async () => {
    const before = (await stage.get('/config/0367')).body;
    expect(before['source']).toBe('cache');
    expect((await stage.send('POST', '/cache/invalidate/june')).status).toBe(200);
    expect((await stage.get('/stats')).body['cache_size']).toBe(2);
    const after = (await stage.get('/config/0367')).body;
    expect(after['source']).toBe('database');
    expect(Date.parse(String(after['cached_at']))).toBeGreaterThan(Date.parse(String(before['cached_at'])));
    expect((await stage.get('/config/0367')).body['source']).toBe('cache');
  });
});

describe('the numbers of the integration cache', () => {
  it('count what memory was enough for', async () => {
    const fresh = await createCacheStage();
    try {
      expect((await fresh.get('/stats')).body).toEqual({
        hits: 0,
        misses: 0,
        refreshes: expect.any(Number) as number,
        cache_size: 0,
        config_hits: 0,
        config_misses: 0,
        config_cache_size: 0,
        last_full_refresh: ISO,
        total_requests: 0,
        hit_rate_percent: 0,
        config_hit_rate_percent: 0,
      });
      await addEnterprise(fresh.pool);
      // Then nothing is read any more but what is asked for.
      await until('it is known', async () => (await fresh.get('/stats')).body['cache_size'] === 1);
      await fresh.send('POST', '/cache/refresh');
      await fresh.send('POST', '/cache/invalidate/0367');
      await fresh.get('/integrations/0367');
      await fresh.get('/customer-name/0367/+375290000001');
      await fresh.get('/customer-name/0367/+375290000001');
      await fresh.get('/config/0367');
      expect((await fresh.get('/stats')).body).toMatchObject({
        hits: 2,
        misses: 1,
        total_requests: 3,
        hit_rate_percent: 66.67,
        config_hits: 1,
        config_misses: 0,
        config_hit_rate_percent: 100,
        cache_size: 1,
        config_cache_size: 1,
      });
    } finally {
      await fresh.end();
    }
  });
});

import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { PATIENCE } from '../../harness/patience.js';
import { addEnterprise, client, createCacheStage, noAnswer, RETAILCRM, type CacheStage } from './cacheStage.js';

let stage: CacheStage;
beforeAll(async () => {
  stage = await createCacheStage();
});
afterAll(async () => {
  await stage.end();
});
beforeEach(async () => {
  await stage.clear();
  await addEnterprise(stage.pool, { config: RETAILCRM });
  await vi.waitUntil(async () => (await size()) === 1, PATIENCE);
});

const body = async (path: string): Promise<Record<string, unknown>> => (await stage.get(path)).body;
const size = async (): Promise<unknown> => (await body('/stats'))['cache_size'];
const query = (text: string): Promise<unknown> => stage.pool.query(text);

describe('a change in the tables', () => {
  it.each([
    [
      'of the settings',
      `update enterprises set integrations_config = '{}'`,
      '/integrations/0367',
      { integrations: { retailcrm: false } },
    ],
    [
      'of the name',
      `update enterprises set name = 'july'`,
      '/integrations/july',
      { integrations: { retailcrm: true } },
    ],
    ['of the token', `update enterprises set name2 = '7'`, '/integrations/7', { integrations: { retailcrm: true } }],
    [
      'of a manager',
      `update users set last_name = 'Иванов'`,
      '/metadata/0367/manager/150',
      { short_name: 'Иванов П. П.' },
    ],
    [
      'of an extension',
      `update user_internal_phones set internal_phone = '151'`,
      '/metadata/0367/manager/151',
      { internal_phone: '151' },
    ],
    ['of a line', `update lines set name = 'Минск'`, '/metadata/0367/line/0001363', { name: 'Минск' }],
  ])('%s is seen without anyone telling the service', async (_what, change, path, expected) => {
    await query(change);
    await vi.waitFor(async () => expect(await body(path)).toMatchObject(expected), PATIENCE);
  });

  it('that takes an enterprise away is seen: it is not found and not counted', async () => {
    await addEnterprise(stage.pool, { number: '0368', name: 'may' });
    await vi.waitUntil(async () => (await size()) === 2, PATIENCE);
    await query(`update enterprises set active = false where number = '0368'`);
    await vi.waitUntil(async () => (await size()) === 1, PATIENCE);
    for (const ent of ['0368', 'may', '375290000368']) {
      expect((await stage.get(`/integrations/${ent}`)).status).toBe(404);
    }
    await query(`delete from enterprises`);
    await vi.waitUntil(async () => (await size()) === 0, PATIENCE);
    expect((await stage.get('/integrations/0367')).status).toBe(404);
  });

  it('that gives names to others is followed', async () => {
    await addEnterprise(stage.pool, { number: '0368', name: 'may' });
    await query(`update enterprises set name = name || '-was'`);
    await query(`update enterprises set name = case number when '0367' then 'may' else 'june' end`);
    await vi.waitFor(async () => {
      expect((await body('/metadata/may/lines'))['enterprise_number']).toBe('0367');
      expect((await body('/metadata/june/lines'))['enterprise_number']).toBe('0368');
    }, PATIENCE);
    expect((await stage.get('/integrations/june-was')).status).toBe(404);
  });

  it('of the settings makes what was looked up with the old ones forgotten', async () => {
    stage.answerWith(() => client({ last_name: 'Иванов', extension: '150' }));
    expect(await body('/responsible-extension/0367/+375290000001')).toEqual({ extension: '150' });
    stage.answerWith(() => client({ last_name: 'Иванов', extension: '151' }));
    expect(await body('/responsible-extension/0367/+375290000001')).toEqual({ extension: '150' });
    await query(
      `update enterprises set integrations_config = jsonb_set(integrations_config, '{retailcrm,site}', '"b"')`,
    );
    await vi.waitFor(
      async () => expect(await body('/responsible-extension/0367/+375290000001')).toEqual({ extension: '151' }),
      PATIENCE,
    );
  });

  it('that breaks a section is told by name, once, and leaves the others alone', async () => {
    await query(`update enterprises set integrations_config = integrations_config || '{"uon": {"enabled": true}}'`);
    await vi.waitFor(
      async () =>
        expect((await body('/config/0367'))['problems']).toEqual([
          { section: 'uon', problem: 'api_key: api_key is missing' },
        ]),
      PATIENCE,
    );
    expect((await body('/integrations/0367'))['integrations']).toMatchObject({ retailcrm: true, uon: false });
    await stage.send('POST', '/cache/refresh');
    await stage.send('POST', '/cache/refresh');
    const told = (await stage.log()).split('\n').filter((line) => line.includes('section=uon'));
    expect(told).toHaveLength(1);
    expect(told[0]).toContain('enterprise=0367');
  });
});

describe('while the database is away', () => {
  it('the last that was known is served, marked stale, and the new when it is back', async () => {
    stage.answerWith(() => client({ last_name: 'Иванов' }));
    await stage.get('/customer-name/0367/+375290000001');
    stage.network.cut();

    await vi.waitFor(async () => expect(await body('/integrations/0367')).toMatchObject({ stale: true }), PATIENCE);
    expect(await body('/integrations/june')).toMatchObject({ integrations: { retailcrm: true }, stale: true });
    expect(await body('/metadata/0367/manager/150')).toMatchObject({ short_name: 'Петров П. П.', stale: true });
    expect(await body('/config/0367/retailcrm')).toMatchObject({ source: 'cache', stale: true });
    expect(await body('/customer-name/0367/+375290000001')).toEqual({ name: 'Иванов', stale: true });
    await stage.send('POST', '/cache/invalidate/0367');
    expect(await body('/integrations/0367')).toMatchObject({ stale: true });
    const { status, body: health } = await stage.get('/health');
    expect([status, health]).toEqual([
      503,
      expect.objectContaining({ database_connected: false, cache_size: 1, status: 'unavailable' }),
    ]);

    await query(`update lines set name = 'Минск'`);
    stage.network.restore();
    await vi.waitFor(async () => {
      expect((await stage.get('/health')).status).toBe(200);
      expect(await body('/metadata/0367/line/0001363')).toEqual({
        enterprise_number: '0367',
        line_id: '0001363',
        name: 'Минск',
        operator: 'A1',
      });
    }, PATIENCE);
  });

  it('nobody is told that an enterprise does not exist, or that a client is nobody', async () => {
    stage.answerWith(() => noAnswer);
    stage.network.cut();
    expect((await stage.get('/integrations/0999')).status).toBe(503);
    expect((await stage.get('/customer-name/0367/+375290000001')).status).toBe(503);
    expect((await stage.send('POST', '/cache/refresh')).status).toBe(503);
    expect((await stage.send('PUT', '/config/0367/smart', { primary: 'uon' })).status).toBe(503);
  });

  it('a client is named all the same when the CRM answers', async () => {
    stage.answerWith(() => client({ last_name: 'Иванов' }));
    stage.network.cut();
    expect(await body('/customer-name/0367/+375290000001')).toMatchObject({ name: 'Иванов' });
  });

  it('health says so even when nothing refuses to answer, it only does not come', async () => {
    stage.network.freeze();
    expect(await stage.get('/health')).toMatchObject({ status: 503, body: { database_connected: false } });
  });
});

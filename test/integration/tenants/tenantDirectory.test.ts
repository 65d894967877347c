import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createPool } from '@live-calls/shared/db';
import { createTenantDirectory, type TenantDirectory } from '../../../services/core/src/tenants/tenantDirectory.js';
import { createTestDatabase, type TestDatabase } from '../../harness/database.js';
import { PATIENCE } from '../../harness/patience.js';
import { silentLogger } from '../../harness/silentLogger.js';
import { createHeardLogger } from '../notify/heardLogger.js';
import { createTcpProxy } from '../../harness/tcpProxy.js';

describe('the tenant directory', () => {
  let database: TestDatabase;
  let tenants: TenantDirectory;

  const june = `insert into enterprises (number, name, name2, debug_log) values ('0367', 'june', '375293332255', true)`;

  function start(options: { url?: string; pollMs?: number } = {}): TenantDirectory {
    const { url = database.url, pollMs = 3_600_000 } = options;
    return createTenantDirectory({ pool: database.pool, databaseUrl: url, logger: silentLogger(), pollMs });
  }

  beforeEach(async () => {
    database = await createTestDatabase();
    await database.pool.query(june);
    await database.pool.query(`
      insert into lines (enterprise_number, line_id, name, incoming_transform)
        values ('0367', '3880001', 'Минск', '+375{9}');
      with managers as (
        insert into users (enterprise_number, last_name, first_name) values ('0367', 'Иванов', 'Иван') returning id)
      insert into user_internal_phones (enterprise_number, internal_phone, user_id)
        select '0367', phone, id from managers, unnest(array['151', '152']) as phone`);
    tenants = start();
    await tenants.loaded();
  });
  afterEach(async () => {
    await tenants.close();
    await database.drop();
  });

  test('knows tenants with managers and lines by token and by number', async () => {
    const tenant = await tenants.byToken('375293332255');
    expect(tenant).toMatchObject({ number: '0367', name: 'june', timezone: 'Europe/Minsk', debugLog: true });
    expect(tenant?.managers.get('152')).toEqual({
      extension: '152',
      lastName: 'Иванов',
      firstName: 'Иван',
      middleName: '',
    });
    expect(tenant?.lines.get('3880001')).toEqual({ id: '3880001', name: 'Минск', incomingTransform: '+375{9}' });
    expect(tenants.byNumber('0367')).toBe(tenant);
    expect(tenants.peek('375293332255')).toBe(tenant);
    expect(tenants.all()).toEqual([tenant]);
  });

  test('reads times in UTC where the zone does not exist, and says so once', async () => {
    const heard = createHeardLogger();
    const listening = createTenantDirectory({
      pool: database.pool,
      databaseUrl: database.url,
      logger: heard.logger,
      pollMs: 20,
    });
    await database.pool.query(`update enterprises set timezone = 'Europe/Minks'`);
    let readings = 0;
    listening.onChange(() => {
      if (listening.byNumber('0367')?.timezone === 'UTC') readings += 1;
    });
    await vi.waitFor(() => expect(readings).toBeGreaterThan(2), PATIENCE);
    await listening.close();
    expect(heard.lines.filter((line) => line.includes('time zone does not exist'))).toHaveLength(1);
  });

  test.each([
    ['enterprises', `update enterprises set name = 'july'`, () => tenants.byNumber('0367')?.name === 'july'],
    ['lines', 'truncate lines', () => tenants.byNumber('0367')?.lines.size === 0],
    [
      'users',
      `update users set last_name = 'Петров'`,
      () => tenants.byNumber('0367')?.managers.get('151')?.lastName === 'Петров',
    ],
    [
      'user_internal_phones',
      `delete from user_internal_phones where internal_phone = '151'`,
      () => tenants.byNumber('0367')?.managers.has('151') === false,
    ],
  ])('follows a change of %s without a poll', async (_table, change, isSeen) => {
    await database.pool.query(change);
    await vi.waitUntil(isSeen, PATIENCE);
    expect(isSeen()).toBe(true);
  });

  test('knows which CRMs are switched on and whom names are asked of, and survives a broken section', async () => {
    expect(tenants.byNumber('0367')).toMatchObject({ crms: [], primaryCrm: null });
    const config = {
      uon: { enabled: true, api_key: 'k' },
      retailcrm: JSON.stringify({ enabled: '1', domain: 'shop.example.com', api_key: 'k' }),
      bitrix24: { enabled: true },
      smart: { primary: 'uon' },
    };
    await database.pool.query('update enterprises set integrations_config = $1', [config]);
    await vi.waitUntil(() => tenants.byNumber('0367')?.primaryCrm === 'uon', PATIENCE);
    expect(tenants.byNumber('0367')?.crms).toEqual(['retailcrm', 'uon']);
  });

  test('finds a tenant that was added this moment, and does not find an inactive one', async () => {
    await database.pool.query(`insert into enterprises (number, name, name2) values ('0368', 'may', '375290000002')`);
    expect((await tenants.byToken('375290000002'))?.number).toBe('0368');
    await database.pool.query(`update enterprises set active = false where number = '0368'`);
    await vi.waitUntil(() => tenants.byNumber('0368')?.active === false, PATIENCE);
    expect(await tenants.byToken('375290000002')).toBeUndefined();
  });

  test('asks the database once for many events of an unknown token', async () => {
    const query = vi.spyOn(database.pool, 'query');
    const answers = await Promise.all(Array.from({ length: 200 }, () => tenants.byToken('375000000000')));
    expect(await tenants.byToken('375000000000')).toBeUndefined();
    expect(answers.every((answer) => answer === undefined)).toBe(true);
    expect(query.mock.calls.filter(([text]) => text.includes('any($1'))).toHaveLength(1);
  });

  test('tells whoever wants to know after each reading', async () => {
    const onChange = vi.fn();
    const end = tenants.onChange(onChange);
    await database.pool.query(`update enterprises set name = 'july'`);
    await vi.waitUntil(() => onChange.mock.calls.length > 0, PATIENCE);
    end();
    onChange.mockClear();
    await database.pool.query(`update enterprises set name = 'august'`);
    await vi.waitUntil(() => tenants.byNumber('0367')?.name === 'august', PATIENCE);
    expect(onChange).not.toHaveBeenCalled();
  });

  test('listens again after its connection was ended', async () => {
    await vi.waitFor(async () => {
      const { rowCount } = await database.pool.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where application_name = 'listen config_changed' and datname = current_database()`,
      );
      expect(rowCount).toBe(1);
    }, PATIENCE);
    await database.pool.query(`update enterprises set name = 'july'`);
    await vi.waitUntil(() => tenants.byNumber('0367')?.name === 'july', PATIENCE);
    await database.pool.query(`update enterprises set name = 'august'`);
    await vi.waitUntil(() => tenants.byNumber('0367')?.name === 'august', PATIENCE);
    expect(tenants.byNumber('0367')?.name).toBe('august');
  });

  test('sees a change by polling when no NOTIFY comes', async () => {
    const polling = start({ url: 'postgres://nobody@127.0.0.1:1/nowhere', pollMs: 50 });
    try {
      await polling.loaded();
      await database.pool.query(`update enterprises set name = 'july'`);
      await vi.waitUntil(() => polling.byNumber('0367')?.name === 'july', PATIENCE);
      expect(polling.byNumber('0367')?.name).toBe('july');
    } finally {
      await polling.close();
    }
  });

  test('goes on serving what it knows while the database is away, and says so of what it does not know', async () => {
    const target = new URL(database.url);
    const proxy = await createTcpProxy(Number(target.port));
    target.port = String(proxy.port);
    const pool = createPool(target.href, { name: 'cut off' });
    const cutOff = createTenantDirectory({ pool, databaseUrl: target.href, logger: silentLogger(), pollMs: 50 });
    try {
      await cutOff.loaded();
      proxy.cut();
      expect((await cutOff.byToken('375293332255'))?.number).toBe('0367');
      await expect(cutOff.byToken('375000000000')).rejects.toThrow();
      await database.pool.query(`update enterprises set name = 'july'`);
      proxy.restore();
      await vi.waitUntil(() => cutOff.byNumber('0367')?.name === 'july', PATIENCE);
      expect(await cutOff.byToken('375000000000')).toBeUndefined();
    } finally {
      await cutOff.close();
      await pool.end();
      await proxy.close();
    }
  });
});

import { execFileSync } from 'node:child_process';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { PATIENCE } from '../../harness/patience.js';
import { createTenantLog } from '../../../services/core/src/logs/tenantLog.js';
import { post, startIngest, TOKEN, type IngestUnderTest } from '../ingest/ingestUnderTest.js';

const TIME = String.raw`\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}`;

describe('the logs of events', () => {
  let core: IngestUnderTest;

  beforeAll(async () => {
    core = await startIngest();
    await core.database.pool.query(`insert into enterprises (number, name, name2) values ('0368', 'may', '375290000002')`);
    await post(`${core.url}/start?secret=1`, { Token: TOKEN, UniqueId: '1759230684.16', Phone: '375290000001' });
    await post(`${core.url}/dial`, { Token: TOKEN, UniqueId: '1759230684.16', Extensions: ['151'] });
    await post(`${core.url}/dial`, { Token: TOKEN, UniqueId: '1759225684.17\n🧪 TEST EVENT: forged', Name: 'Иванов\n' });
    await post(`${core.url}/hangup`, { Token: '375290000002', UniqueId: '1.3' });
    await post(`${core.url}/hangup`, { Token: '375000000000', UniqueId: '1.4' });
    await post(`${core.url}/hangup`, 'no JSON');
    await fetch(`${core.url}/dial`);
    await core.flushLogs();
  });
  afterAll(() => core.stop());

  /** What a person would type, in the directory of the logs. */
  function shell(command: string): string[] {
    const output = execFileSync('bash', ['-c', command], { cwd: join(core.logs), encoding: 'utf8' });
    return output.split('\n').slice(0, -1);
  }

  test('app.log has a line for each event of a tenant', () => {
    const found = shell('grep "375293332255" app.log');
    expect(found).toHaveLength(3);
    expect(found[0]).toMatch(
      new RegExp(
        `^${TIME} \\[INFO\\] ingest: event stored event=start token=375293332255 uniqueId=1759230684.16 enterprise=0367 id=\\d+$`,
      ),
    );
    expect(shell('grep WARNING app.log | grep -c "ingest: "')).toEqual(['2']);
  });

  test('0367.log has three entries an event', () => {
    const lines = shell('head -7 0367.log');
    expect(lines[0]).toMatch(new RegExp(`^${TIME} \\[INFO\\] 🧪 TEST EVENT: start$`));
    expect(lines[1]).toMatch(new RegExp(`^${TIME} \\[INFO\\] 📋 Token: 375293332255, UniqueId: 1759230684.16$`));
    expect(lines[2]).toMatch(new RegExp(`^${TIME} \\[INFO\\] 📦 Full Body: \\{$`));
    expect(lines.slice(3)).toEqual([
      '  "Token": "375293332255",',
      '  "UniqueId": "1759230684.16",',
      '  "Phone": "375290000001"',
      '}',
    ]);
  });

  test('0367.log is worked with by grep', () => {
    expect(shell(`grep "🧪 TEST EVENT:" 0367.log | awk '{print $NF}' | sort | uniq -c | awk '{$1=$1};1'`)).toEqual(
      expect.arrayContaining(['1 start']) as string[],
    );
    expect(shell('grep "^....-..-.. ..:..:..,... .INFO. 🧪 TEST EVENT: dial$" 0367.log')).toHaveLength(2);
    expect(shell('grep "1759225684.17" 0367.log')).toHaveLength(2);
    expect(shell('grep "1759230684.16" 0367.log')).toHaveLength(4);
  });

  test('only tenants that are looked at have one', async () => {
    expect((await readdir(core.logs)).sort()).toEqual(['0367.log', 'access.log', 'app.log']);
  });

  test('access.log has one line a request, without its query', () => {
    const lines = shell('cat access.log');
    expect(lines).toHaveLength(7);
    expect(lines[0]).toMatch(
      new RegExp(
        `^${TIME} \\[INFO\\] access: method=POST path=/start status=200 ms=[\\d.]+ bytes=\\d+ ip=127.0.0.1 enterprise=0367$`,
      ),
    );
    expect(shell(`grep -o "status=[0-9]*" access.log | sort | uniq -c | awk '{$1=$1};1'`)).toEqual([
      '5 status=200',
      '1 status=405',
      '1 status=422',
    ]);
  });
});

describe('the log of a tenant', () => {
  let core: IngestUnderTest;

  beforeAll(async () => {
    core = await startIngest();
  });
  afterAll(() => core.stop());

  test('goes on at the beginning after it was emptied, and is off when it is turned off', async () => {
    const path = join(core.logs, '0367.log');
    for (let n = 0; n < 3; n++) await post(`${core.url}/dial`, { Token: TOKEN });
    await core.flushLogs();
    execFileSync('sh', ['-c', 'cat /dev/null > "$1"', 'sh', path]);
    await post(`${core.url}/hangup`, { Token: TOKEN });
    await core.flushLogs();
    expect(await readFile(path, 'utf8')).toMatch(/^\d{4}-[^🧪]*🧪 TEST EVENT: hangup\n[^🧪]*$/u);

    await core.database.pool.query('update enterprises set debug_log = false');
    await vi.waitUntil(() => core.tenants.byNumber('0367')?.debugLog === false, PATIENCE);
    await post(`${core.url}/start`, { Token: TOKEN });
    await core.flushLogs();
    expect(await readFile(path, 'utf8')).not.toContain('start');
  });

  test('finds the names that were looked up', async () => {
    const tenantLog = createTenantLog({ dir: core.logs });
    const tenant = core.tenants.byNumber('0367');
    if (tenant === undefined) throw new Error('there is no tenant');
    tenantLog.note({ ...tenant, debugLog: true }, 'client known', { customer_name: 'Петров', full_name: null });
    tenantLog.note({ ...tenant, debugLog: false }, 'customer_name');
    await tenantLog.flush();
    const found = execFileSync('grep', ['customer_name\\|full_name', join(core.logs, '0367.log')], { encoding: 'utf8' });
    expect(found).toMatch(/ \[INFO\] client known customer_name="Петров" full_name=null\n$/);
    expect(found.match(/\n/g)).toHaveLength(1);
  });

  test('stays in its directory and apart from other logs', async () => {
    const tenantLog = createTenantLog({ dir: core.logs });
    const tenant = core.tenants.byNumber('0367');
    if (tenant === undefined) throw new Error('there is no tenant');
    for (const number of ['../../out', 'app', '..']) {
      tenantLog.note({ ...tenant, debugLog: true, number: number as typeof tenant.number }, 'here');
    }
    await tenantLog.flush();
    expect((await readdir(core.logs)).filter((name) => name.startsWith('tenant-')).sort()).toEqual([
      'tenant-..%2F..%2Fout.log',
      'tenant-...log',
      'tenant-app.log',
    ]);
  });

  test('shows a body that is nested too deep to be indented', async () => {
    const body = `{"Token":"${TOKEN}","x":${'['.repeat(9_000)}${']'.repeat(9_000)}}`;
    await core.database.pool.query('update enterprises set debug_log = true');
    await vi.waitUntil(() => core.tenants.byNumber('0367')?.debugLog === true, PATIENCE);
    expect((await post(`${core.url}/dial`, body)).status).toBe(200);
    await core.flushLogs();
    expect(await readFile(join(core.logs, '0367.log'), 'utf8')).toContain(body);
  });
});

test('events are accepted when logs cannot be written', async () => {
  const stderr = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const core = await startIngest();
  try {
    await core.flushLogs();
    await rm(core.logs, { recursive: true, force: true });
    await writeFile(core.logs, 'a file where the directory was');
    for (let n = 0; n < 5; n++) expect((await post(`${core.url}/dial`, { Token: TOKEN })).status).toBe(200);
    await core.flushLogs();
    const told = stderr.mock.calls.filter(([text]) => String(text).includes('entries lost'));
    expect(told).toHaveLength(3); // app.log, access.log, 0367.log: once each
    await rm(core.logs);
    await mkdir(core.logs);
    await post(`${core.url}/dial`, { Token: TOKEN });
    await core.flushLogs();
    expect((await readdir(core.logs)).sort()).toEqual(['0367.log', 'access.log', 'app.log']);
  } finally {
    stderr.mockRestore();
    await core.stop();
  }
});

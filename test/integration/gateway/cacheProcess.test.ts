import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../harness/database.js';
import { startService } from '../../harness/processes.js';
import { addEnterprise } from './cacheStage.js';

const MAIN = fileURLToPath(new URL('../../../services/integration-cache/dist/main.js', import.meta.url));

describe('the process of the integration cache', () => {
  let database: TestDatabase;
  let logs: string;
  beforeEach(async () => {
    database = await createTestDatabase();
    logs = await mkdtemp(join(tmpdir(), 'logs-'));
  });
  afterEach(async () => {
    await database.drop();
    await rm(logs, { recursive: true });
  });

  it('knows all enterprises once it listens, says so in its log, and ends when it is told to', async () => {
    await addEnterprise(database.pool);
    const service = await startService('integration-cache', { DATABASE_URL: database.url, LOG_DIR: logs });
    expect(await (await fetch(`${service.url}/health`)).json()).toMatchObject({ cache_size: 1, status: 'ok' });
    expect(await service.kill('SIGTERM')).toBe(0);
    const log = await readFile(join(logs, 'integration_cache.log'), 'utf8');
    expect(log).toMatch(/\[INFO\] directory: 🔄 enterprises read enterprises=1\n/);
    expect(log).toMatch(/\[INFO\] stats: 📊 statistics hits=0 .*cache_size=1 /);
  });

  it('does not start where other machines reach it without a token, and says what to do', async () => {
    const env = { PATH: process.env['PATH'], DATABASE_URL: database.url, LOG_DIR: logs, INTERNAL_HOST: '0.0.0.0' };
    const started = promisify(execFile)(process.execPath, [MAIN], { env });
    await expect(started).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('INTERNAL_TOKEN (not set): must be set') as string,
    });
  });
});

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestDatabase, type TestDatabase } from './database.js';
import { startService, type Service } from './processes.js';

/** The whole product as processes, on a database of its own. */
export interface Stage {
  database: TestDatabase;
  emulator: Service;
  /**
   * Starts one more core.
   *
   * @param name under which PostgreSQL knows its connections
   */
  startCore(name?: string, port?: number): Promise<Service>;
  /** Asks the sandbox to misbehave. */
  fault(fault: Record<string, unknown>): Promise<void>;
  end(): Promise<void>;
}

export async function createStage(): Promise<Stage> {
  const logs = await mkdtemp(join(tmpdir(), 'logs-'));
  const database = await createTestDatabase();
  const emulator = await startService('emulator', { LOG_DIR: logs });
  const cores: Service[] = [];
  return {
    database,
    emulator,
    startCore: async (name = 'core', port) => {
      const url = new URL(database.url);
      url.searchParams.set('application_name', name);
      const variables = {
        DATABASE_URL: url.href,
        TELEGRAM_API_ROOT: `${emulator.url}/sandbox/telegram`,
        LOG_DIR: join(logs, name),
      };
      const core = await startService('core', variables, port);
      cores.push(core);
      return core;
    },
    fault: async (fault) => {
      const response = await fetch(`${emulator.url}/api/sandbox/faults`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ target: 'telegram', ...fault }),
      });
      if (response.status !== 201) throw new Error(await response.text());
    },
    end: async () => {
      await Promise.all(cores.map((core) => core.kill('SIGKILL')));
      await emulator.kill('SIGTERM');
      await database.drop();
      await rm(logs, { recursive: true });
    },
  };
}

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CRMS } from '@live-calls/shared/contracts';
import { seedDemo } from '../../../shared/src/db/demo.js';
import { createTestDatabase, type TestDatabase } from '../../harness/database.js';
import { freePort } from '../../harness/freePort.js';
import { startService, type Service } from '../../harness/processes.js';

/** The whole product as processes, with the demo company. */
export interface Suite {
  database: TestDatabase;
  emulator: Service;
  core: Service;
  logs: string;
  /** The environment that all of it shares. */
  variables: Record<string, string>;
  end(): Promise<void>;
}

const SUITE_KEY = 'a-made-up-key-of-the-whole-suite';

const SERVICES = ['core', 'integration-cache', ...CRMS] as const;

export async function startSuite(): Promise<Suite> {
  const logs = await mkdtemp(join(tmpdir(), 'logs-'));
  const database = await createTestDatabase();
  const ports = new Map(
    await Promise.all(['emulator', ...SERVICES].map(async (name) => [name, await freePort()] as const)),
  );
  const sandbox = `http://127.0.0.1:${String(ports.get('emulator'))}/sandbox`;
  const variables = {
    DATABASE_URL: database.url,
    SECRETS_KEY: SUITE_KEY,
    TELEGRAM_API_ROOT: `${sandbox}/telegram`,
    OUTBOUND_ALLOW: `127.0.0.1:${String(ports.get('emulator'))}`,
    LOG_DIR: logs,
    CORE_HOST: '127.0.0.1',
    ...Object.fromEntries(
      [...ports].map(([name, port]) => [`${name.toUpperCase().replaceAll('-', '_')}_PORT`, String(port)]),
    ),
  };
  await seedDemo(database.pool, { recordingsUrl: `${sandbox}/recordings/{unique_id}.wav`, sandboxUrl: sandbox });
  const emulator = await startService('emulator', variables, ports.get('emulator'));
  const [core, ...others] = await Promise.all(SERVICES.map((name) => startService(name, variables, ports.get(name))));
  if (core === undefined) throw new Error('there is no core');
  return {
    database,
    emulator,
    core,
    logs,
    variables,
    end: async () => {
      await Promise.all([core, emulator, ...others].map((service) => service.kill('SIGKILL')));
      await database.drop();
      await rm(logs, { recursive: true });
    },
  };
}

import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CRMS, type Crm } from '@live-calls/shared/contracts';
import { createTestDatabase, type TestDatabase } from '../harness/database.js';
import { freePort } from '../harness/freePort.js';
import { startService, type Service } from '../harness/processes.js';

export const SERVICES = ['emulator', 'core', 'integration-cache', ...CRMS] as const;
export type ServiceName = 'core' | 'emulator' | 'integration-cache' | Crm;

/** All services as processes, on a database of their own. */
export interface Fleet {
  database: TestDatabase;
  services: ReadonlyMap<ServiceName, Service>;
  /** A second emulator that stands for Telegram: like Telegram itself, it is out of reach of whoever is hostile. */
  telegram: Service;
  of(name: ServiceName): Service;
  /** Everything that they wrote to files below the directory of logs, by path. */
  files(): Promise<Map<string, string>>;
  end(): Promise<void>;
}

/** @param variables beside those that every service needs */
export async function startFleet(variables: Readonly<Record<string, string>> = {}): Promise<Fleet> {
  const directory = await mkdtemp(join(tmpdir(), 'fleet-'));
  const database = await createTestDatabase();
  const ports = new Map<ServiceName, number>();
  for (const name of SERVICES) ports.set(name, await freePort());
  const telegramPort = await freePort();
  const portOf = (name: ServiceName): string => String(ports.get(name));
  const shared = {
    DATABASE_URL: database.url,
    LOG_DIR: join(directory, 'logs'),
    EMULATOR_DATA_DIR: join(directory, 'data'),
    TELEGRAM_API_ROOT: `http://127.0.0.1:${telegramPort}/sandbox/telegram`,
    OUTBOUND_ALLOW: `127.0.0.1:${portOf('emulator')}`,
    INTERNAL_TOKEN: randomBytes(16).toString('hex'),
    EMULATOR_ALLOW_PRODUCTION: '1',
    ...Object.fromEntries(SERVICES.map((name) => [`${name.toUpperCase().replaceAll('-', '_')}_PORT`, portOf(name)])),
    ...variables,
  };
  const started = await Promise.all(
    SERVICES.map(async (name) => [name, await startService(name, shared, ports.get(name))] as const),
  );
  const apart = { LOG_DIR: join(directory, 'telegram'), EMULATOR_DATA_DIR: join(directory, 'telegram') };
  const telegram = await startService('emulator', { ...shared, ...apart }, telegramPort);
  const services = new Map<ServiceName, Service>(started);
  const of = (name: ServiceName): Service => {
    const service = services.get(name);
    if (service === undefined) throw new Error(`${name} was not started`);
    return service;
  };
  return {
    database,
    services,
    telegram,
    of,
    files: () => filesBelow(directory),
    end: async () => {
      await Promise.all([...services.values(), telegram].map((service) => service.kill('SIGKILL')));
      await database.drop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function filesBelow(directory: string): Promise<Map<string, string>> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  return new Map(await Promise.all(files.map(async (path) => [path, await readFile(path, 'utf8')] as const)));
}

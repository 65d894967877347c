import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { migrate } from '@live-calls/shared/db';
import { startPostgres, type RunningPostgres } from '../../shared/src/operate/postgres/startPostgres.js';
import { freePort } from './freePort.js';
import { createPatientPool } from './patientPool.js';
import { TEMPLATE } from './template.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** The test cluster's administrative database. */
    postgresUrl: string;
  }
}

// Nothing here outlives the run, so nothing has to survive a power cut.
const SETTINGS = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  max_connections: '300',
  shared_buffers: '64MB',
};

/** One PostgreSQL for the whole run, in a directory and on a port of its own. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const directory = await mkdtemp(join(tmpdir(), 'live-calls-test-'));
  let postgres: RunningPostgres | undefined;
  const remove = (): void => {
    rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
  };
  // An interrupted run does not get to its teardown.
  process.once('exit', remove);
  const teardown = async (): Promise<void> => {
    await postgres?.stop();
    remove();
  };
  try {
    postgres = await startPostgres({
      dataDir: join(directory, 'postgres'),
      port: await freePort(),
      password: randomBytes(12).toString('hex'),
      settings: SETTINGS,
    });
    await createTemplate(postgres);
    project.provide('postgresUrl', postgres.url('postgres'));
    return teardown;
  } catch (error) {
    await teardown();
    throw error;
  }
}

async function createTemplate(postgres: RunningPostgres): Promise<void> {
  const admin = createPatientPool(postgres.url('postgres'), { name: 'test setup' });
  await admin.query(`create database ${TEMPLATE}`);
  await admin.end();
  const template = createPatientPool(postgres.url(TEMPLATE), { name: 'test setup' });
  await migrate(template);
  await template.end();
}

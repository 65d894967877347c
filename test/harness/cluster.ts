import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type pg from 'pg';
import { migrate } from '@live-calls/shared/db';
import { startPostgres } from '../../shared/src/operate/postgres/startPostgres.js';
import { freePort } from './freePort.js';
import { createPatientPool } from './patientPool.js';

/** A PostgreSQL of its own, migrated, that a test may kill. */
export interface Cluster {
  url: string;
  port: number;
  pool: pg.Pool;
  /** Kills the server and everybody who works for it at once (SIGKILL); resolves when it is gone. */
  kill(): Promise<void>;
  /** Starts it anew on the same data; resolves when it takes connections. */
  start(): Promise<void>;
  end(): Promise<void>;
}

// What was committed must outlive a killed process, as with the defaults; a power cut is not what is tried here.
const SETTINGS = { fsync: 'off', max_connections: '300', shared_buffers: '64MB' };

const DATABASE = 'crash';

/** @throws OperatorError when PostgreSQL does not come up */
export async function createCluster(): Promise<Cluster> {
  const directory = await mkdtemp(join(tmpdir(), 'live-calls-cluster-'));
  const options = {
    dataDir: join(directory, 'postgres'),
    port: await freePort(),
    password: randomBytes(12).toString('hex'),
    settings: SETTINGS,
  };
  let server = await startPostgres(options);
  const admin = createPatientPool(server.url('postgres'), { name: 'test admin', maxConnections: 1 });
  await admin.query(`create database ${DATABASE}`);
  await admin.end();
  const url = server.url(DATABASE);
  const pool = createPatientPool(url, { name: 'test' });
  await migrate(pool);
  return {
    url,
    port: options.port,
    pool,
    kill: async () => {
      const postmaster = Number.parseInt(readFileSync(join(options.dataDir, 'postmaster.pid'), 'utf8'), 10);
      // All of them: children whose postmaster is gone finish what they are at.
      for (const pid of [postmaster, ...childrenOf(postmaster)]) kill(pid);
      await server.exited;
    },
    start: async () => {
      server = await startPostgres(options);
    },
    end: async () => {
      await pool.end();
      await server.stop();
      await rm(directory, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** Where there is no /proc they end by themselves when they see that the postmaster is gone. */
function childrenOf(pid: number): number[] {
  const file = `/proc/${pid}/task/${pid}/children`;
  return existsSync(file) ? readFileSync(file, 'utf8').split(' ').filter(Boolean).map(Number) : [];
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Gone already.
  }
}

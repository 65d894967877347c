import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import { inject } from 'vitest';
import { createPatientPool } from './patientPool.js';
import { TEMPLATE } from './template.js';

export interface TestDatabase {
  /** For processes that a test starts. */
  url: string;
  pool: pg.Pool;
  /** Ends the pool and removes the database, whoever is still connected. */
  drop(): Promise<void>;
}

/** A migrated, empty database for one test or one file of tests; `drop()` it afterwards. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  await asAdmin(`create database ${name} template ${TEMPLATE}`);
  const url = new URL(inject('postgresUrl'));
  url.pathname = name;
  const pool = createPatientPool(url.href, { name: 'test' });
  return {
    url: url.href,
    pool,
    drop: async () => {
      if (!pool.ended) await pool.end();
      await asAdmin(`drop database ${name} with (force)`);
    },
  };
}

async function asAdmin(statement: string): Promise<void> {
  const admin = createPatientPool(inject('postgresUrl'), { name: 'test admin', maxConnections: 1 });
  try {
    await admin.query(statement);
  } finally {
    await admin.end();
  }
}

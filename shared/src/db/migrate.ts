import { readdir, readFile } from 'node:fs/promises';
import type pg from 'pg';
import { inTransaction, type Queryable } from './pool.js';

// Migrations are read from the sources: SQL is not compiled.
const MIGRATIONS = new URL('../../src/db/migrations/', import.meta.url);

/** Any constant will do; it must only be the same in every process. */
const MIGRATION_LOCK = 4_251_018;

/**
 * Brings the database to the newest schema: forward only, all of it in one transaction, safe when several processes
 * start at once (the others wait for the lock and then find nothing to do).
 *
 * @returns names of the migrations that were applied now
 */
export async function migrate(pool: pg.Pool): Promise<string[]> {
  return inTransaction(pool, async (client) => {
    await client.query('select pg_advisory_xact_lock($1)', [MIGRATION_LOCK]);
    await client.query(
      'create table if not exists migrations (name text primary key, applied_at timestamptz not null default now())',
    );
    const missing = await missingMigrations(client);
    for (const file of missing) {
      await client.query(await readFile(new URL(file, MIGRATIONS), 'utf8'));
      await client.query('insert into migrations (name) values ($1)', [file]);
    }
    return missing;
  });
}

/** Names of the migrations that a database with a schema of ours has not got yet, in their order. */
export async function missingMigrations(db: Queryable): Promise<string[]> {
  const files = (await readdir(MIGRATIONS)).filter((file) => file.endsWith('.sql')).sort();
  const { rows } = await db.query<{ name: string }>('select name from migrations');
  const known = new Set(rows.map((row) => row.name));
  return files.filter((file) => !known.has(file));
}

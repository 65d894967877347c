import { z } from 'zod';
import { createPool } from '../db/pool.js';
import { prepareDatabase } from '../db/prepareDatabase.js';
import { readConfig } from '../runtime/readConfig.js';
import { settings } from '../runtime/settings.js';

/**
 * Brings the schema up to date; what is in the way of that, undefined when nothing is.
 *
 * @param timeoutMs how long to wait for the database's answer
 */
export async function databaseProblem(timeoutMs: number): Promise<string | undefined> {
  const { DATABASE_URL } = readConfig(z.object({ DATABASE_URL: settings.DATABASE_URL }));
  const pool = createPool(DATABASE_URL, { name: 'start', maxConnections: 1 });
  try {
    await prepareDatabase(pool, timeoutMs);
    return undefined;
  } catch (error) {
    const { message, code } = error as Error & { code?: string };
    return `the database cannot be used (${message === '' ? (code ?? 'no reason given') : message})`;
  } finally {
    await pool.end();
  }
}

import { setTimeout as wait } from 'node:timers/promises';
import type pg from 'pg';
import { migrate } from './migrate.js';

/**
 * Makes the database ready for a service: waits until it answers (after a reboot it comes up beside us), and brings its
 * schema up to date.
 *
 * @param timeoutMs how long to wait for an answer
 * @returns names of the migrations that were applied now
 * @throws the last connection error when there was no answer in time, or the migration's
 */
export async function prepareDatabase(pool: pg.Pool, timeoutMs = 30_000): Promise<string[]> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    try {
      await pool.query('select 1');
      break;
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await wait(250);
    }
  }
  return migrate(pool);
}

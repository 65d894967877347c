import type pg from 'pg';
import { inTransaction, type Queryable } from './pool.js';

/** Who looks must not be able to hold up who works. */
const LONGEST_MS = 3_000;

/**
 * Runs queries that only look: read-only, each 3 s at most, and never through a whole table where there is an index.
 * (Dear plans are what the compiler is switched on for, which would take longer than the queries.)
 *
 * @throws what PostgreSQL says when it took longer
 */
export const readOnly = <T>(pool: pg.Pool, work: (db: Queryable) => Promise<T>): Promise<T> =>
  inTransaction(pool, async (client) => {
    await client.query(`set transaction read only; set local statement_timeout = ${LONGEST_MS};
      set local enable_seqscan = off; set local jit = off; set local plan_cache_mode = force_custom_plan`);
    return work(client);
  });

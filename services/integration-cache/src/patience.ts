import { setTimeout as wait } from 'node:timers/promises';
import type pg from 'pg';
import type { Queryable } from '@live-calls/shared/db';

/**
 * The pool's queries, none of which takes longer than `timeoutMs`: neither for a connection nor for an answer. A
 * connection without an answer is given up as well.
 */
export function withPatience(pool: pg.Pool, timeoutMs: number): Queryable {
  const query = async (query: string | pg.QueryConfig, values?: unknown[]): Promise<pg.QueryResult> => {
    const answered = new AbortController();
    try {
      return await Promise.race([
        pool.query({
          ...(typeof query === 'string' ? { text: query, ...(values && { values }) } : query),
          query_timeout: timeoutMs,
        } as pg.QueryConfig),
        tooLong(timeoutMs, answered.signal),
      ]);
    } finally {
      answered.abort();
    }
  };
  return { query: query as Queryable['query'] };
}

async function tooLong(ms: number, signal: AbortSignal): Promise<never> {
  await wait(ms, undefined, { signal });
  throw new Error(`no answer of the database within ${ms} ms`);
}

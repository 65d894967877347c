import type pg from 'pg';
import type { Queryable } from '@live-calls/shared/db';

/** The pool's queries, each given up together with its connection when the database says nothing for `timeoutMs`. */
export function withPatience(pool: pg.Pool, timeoutMs: number): Queryable {
  const query = (query: string | pg.QueryConfig, values?: unknown[]): Promise<pg.QueryResult> =>
    pool.query({
      ...(typeof query === 'string' ? { text: query, ...(values && { values }) } : query),
      query_timeout: timeoutMs,
    } as pg.QueryConfig);
  return { query: query as Queryable['query'] };
}

import type pg from 'pg';

/** A query that pg gives up, together with its connection, after `query_timeout` ms; pg's own types leave that out. */
export interface TimedQuery extends pg.QueryConfig {
  query_timeout: number;
}

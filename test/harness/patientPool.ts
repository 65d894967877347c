import type pg from 'pg';
import { createPool } from '@live-calls/shared/db';
import { PATIENCE_MS } from './patience.js';

const LIMITS = {
  connectionTimeoutMillis: PATIENCE_MS,
  idle_in_transaction_session_timeout: PATIENCE_MS,
  statement_timeout: PATIENCE_MS,
};

/** As the product's, but it gives nothing up only because the machine is busy. */
export function createPatientPool(...given: Parameters<typeof createPool>): pg.Pool {
  const pool = createPool(...given);
  Object.assign(pool.options, LIMITS);
  return pool;
}

import pg from 'pg';
import { allAnswered } from './allAnswered.js';
import { GatheringClient } from './gatheringClient.js';

/** A pool or a client in a transaction: whatever can run a query. */
export type Queryable = Pick<pg.Pool, 'query'>;

// bigint ids stay far below 2^53 for as long as this product lives.
pg.types.setTypeParser(pg.types.builtins.INT8, Number);

interface PoolOptions {
  /** Shown in pg_stat_activity. */
  name: string;
  maxConnections?: number;
  /**
   * Whether its statements only look rows up, a few at a time. They are planned once, maybe while a table has hardly any rows:
   * to read all of them must not seem cheaper even then.
   */
  looksUp?: boolean;
}

/**
 * Connections to the one database.
 *
 * A process that was stopped (SIGSTOP) in the middle of a transaction must not hold its locks for ever: PostgreSQL ends
 * the session after 5 s, so another process takes over.
 */
export function createPool(databaseUrl: string, { name, maxConnections = 10, looksUp = false }: PoolOptions): pg.Pool {
  const pool = new pg.Pool({
    Client: GatheringClient,
    pipeline: true,
    connectionString: databaseUrl,
    application_name: name,
    max: maxConnections,
    connectionTimeoutMillis: 5_000,
    idle_in_transaction_session_timeout: 5_000,
    statement_timeout: 30_000,
    // Our statements look rows up by index whatever their parameters are: planning them each time costs more than they do.
    options: `-c plan_cache_mode=force_generic_plan${looksUp ? ' -c random_page_cost=0.1' : ''}`,
  });
  // An idle connection that breaks (database restarted) is replaced at the next query; without a listener it would
  // end the process.
  pool.on('error', () => undefined);
  // Nor has a connection a listener while it is handed over to whoever waits for it. What happens to it then is reported
  // by its next query.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

/**
 * Runs `work` in one transaction: committed when it returns, rolled back when it throws. Work that asks several things at
 * once waits for all of them (`allAnswered`), so that none is asked when the transaction is over already.
 *
 * @param open what is asked first, in one packet with BEGIN: it must not write, nobody knows yet whether there is a transaction
 */
export async function inTransaction<T, Opened = undefined>(
  pool: pg.Pool,
  work: (client: pg.PoolClient, opened: Opened) => Promise<T>,
  open?: (client: pg.PoolClient) => Promise<Opened>,
): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  // A connection that dies between two queries emits an error; the next query reports it.
  const onError = (error: Error): void => {
    broken = error;
  };
  client.on('error', onError);
  try {
    const [, opened] = await allAnswered([client.query('begin'), open?.(client)]);
    const result = await work(client, opened as Opened);
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback').catch((rollbackError: unknown) => {
      broken = rollbackError instanceof Error ? rollbackError : new Error(String(rollbackError));
    });
    throw error;
  } finally {
    client.off('error', onError);
    client.release(broken);
  }
}

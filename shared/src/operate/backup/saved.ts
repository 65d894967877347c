import type pg from 'pg';
import type { z } from 'zod';
import type { Batch, End, Header } from './contents.js';

const ROWS_AT_ONCE = 1_000;

/** The whole database as it is at one moment, a line of the backup at a time; nobody has to stop for it. */
export async function* saved(client: pg.PoolClient): AsyncGenerator<string> {
  await client.query('begin isolation level repeatable read read only');
  await client.query('set local statement_timeout = 0; set local idle_in_transaction_session_timeout = 0');
  const header = await describe(client);
  yield line(header);
  let count = 0;
  for (const table of header.tables) {
    const name = client.escapeIdentifier(table);
    await client.query(`declare saved no scroll cursor for select row::text from ${name} as row`);
    for (;;) {
      const { rows } = await client.query<{ row: string }>(`fetch ${ROWS_AT_ONCE} from saved`);
      if (rows.length === 0) break;
      count += rows.length;
      yield line({ table, rows: rows.map(({ row }) => row) });
    }
    await client.query('close saved');
  }
  await client.query('commit');
  yield line({ end: true, rows: count });
}

const line = (content: Header | z.infer<typeof Batch> | z.infer<typeof End>): string => `${JSON.stringify(content)}\n`;

async function describe(client: pg.PoolClient): Promise<Header> {
  const { rows: migrations } = await client.query<{ name: string }>('select name from migrations order by name');
  // In the order in which they were made: a table refers to older ones only.
  const { rows: tables } = await client.query<{ name: string }>(
    `select relname as name from pg_class
     where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition
       and relname <> 'migrations' order by oid`,
  );
  const { rows: partitions } = await client.query<Header['partitions'][number]>(
    `select part.relname as name, parent.relname as parent, pg_get_expr(part.relpartbound, part.oid) as bound
     from pg_inherits join pg_class part on part.oid = inhrelid join pg_class parent on parent.oid = inhparent
     where part.relnamespace = 'public'::regnamespace and part.relispartition and part.relkind = 'r' order by 1`,
  );
  const { rows: sequences } = await client.query<Header['sequences'][number]>(
    `select sequencename as name, last_value::text as last from pg_sequences
     where schemaname = 'public' and last_value is not null order by 1`,
  );
  return {
    format: 'live-calls backup 1',
    made_at: new Date().toISOString(),
    migrations: migrations.map(({ name }) => name),
    tables: tables.map(({ name }) => name),
    partitions,
    sequences,
  };
}

import type pg from 'pg';
import { OperatorError } from '../../runtime/operatorError.js';
import { Batch, End, Header } from './contents.js';

/** Of months, as PostgreSQL writes it: the file's words become SQL here. */
const MONTH_BOUND = /^FOR VALUES FROM \('[\d :+.-]+'\) TO \('[\d :+.-]+'\)$/;

/**
 * Puts a backup's rows in place of whatever the database holds, in the caller's transaction.
 *
 * @returns how many rows there are now, and when they were saved
 * @throws OperatorError when the file is not whole or of another schema
 */
export async function restored(
  client: pg.PoolClient,
  lines: AsyncIterable<string>,
): Promise<{ rows: number; madeAt: string }> {
  let header: Header | undefined;
  let rows = 0;
  for await (const line of lines) {
    const content: unknown = JSON.parse(line);
    if (header === undefined) {
      header = readHeader(content);
      await prepare(client, header);
      continue;
    }
    const end = End.safeParse(content);
    if (end.success) {
      if (end.data.rows !== rows) break;
      return { rows, madeAt: header.made_at };
    }
    const batch = Batch.parse(content);
    const name = client.escapeIdentifier(batch.table);
    await client.query(`insert into ${name} overriding system value select * from unnest($1::text[]::${name}[])`, [
      batch.rows,
    ]);
    rows += batch.rows.length;
  }
  throw new OperatorError('Файл не целый: в нём нет конца. В базе ничего не изменилось.');
}

function readHeader(content: unknown): Header {
  const header = Header.safeParse(content);
  if (header.success) return header.data;
  throw new OperatorError('Это не копия, которую делает npm run backup.');
}

async function prepare(client: pg.PoolClient, header: Header): Promise<void> {
  const { rows } = await client.query<{ name: string }>('select name from migrations order by name');
  const own = rows.map(({ name }) => name).join(', ');
  const saved = header.migrations.join(', ');
  if (own !== saved) {
    throw new OperatorError(
      `Копия сделана другой версией: её схема ${saved}, здесь ${own}. ` +
        'Восстановите её той версией, которой она сделана, затем обновите систему.',
    );
  }
  await client.query('set local statement_timeout = 0; set local idle_in_transaction_session_timeout = 0');
  const tables = header.tables.map((table) => client.escapeIdentifier(table));
  await client.query(`truncate ${tables.join(', ')}`);
  for (const { name, parent, bound } of header.partitions.filter((part) => MONTH_BOUND.test(part.bound))) {
    const [part, whole] = [client.escapeIdentifier(name), client.escapeIdentifier(parent)];
    await client.query(`create table if not exists ${part} partition of ${whole} ${bound}`);
  }
  for (const { name, last } of header.sequences) {
    await client.query('select setval($1::text::regclass, $2)', [client.escapeIdentifier(name), last]);
  }
}

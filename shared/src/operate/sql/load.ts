import type { Readable } from 'node:stream';
import { createInterface } from 'node:readline';
import type pg from 'pg';
import { z } from 'zod';
import { inTransaction } from '../../db/pool.js';
import { OperatorError } from '../../runtime/operatorError.js';

const Row = z.record(z.string(), z.unknown());
const BATCH = 1_000;

/**
 * Adds rows to a table, all of them or none; those that are there already stay as they are. The names of the first row
 * say which columns are given, the others get their defaults.
 *
 * @param lines JSON objects, one a line
 * @returns how many were read and how many of them are new
 * @throws OperatorError naming the line that is no object
 */
export async function load(pool: pg.Pool, table: string, lines: Readable): Promise<{ read: number; added: number }> {
  return inTransaction(pool, async (client) => {
    let columns: string[] | undefined;
    let read = 0;
    let added = 0;
    let batch: string[] = [];
    const add = async (): Promise<void> => {
      if (columns === undefined || batch.length === 0) return;
      const names = columns.map((name) => client.escapeIdentifier(name)).join(', ');
      const target = client.escapeIdentifier(table);
      const { rowCount } = await client.query(
        `insert into ${target} (${names}) overriding system value
         select ${names} from jsonb_populate_recordset(null::${target}, $1) on conflict do nothing`,
        [`[${batch.join(',')}]`],
      );
      added += rowCount ?? 0;
      batch = [];
    };
    for await (const line of createInterface(lines)) {
      if (line.trim() === '') continue;
      read += 1;
      columns ??= Object.keys(objectIn(line, read));
      objectIn(line, read);
      batch.push(line);
      if (batch.length === BATCH) await add();
    }
    await add();
    return { read, added };
  });
}

function objectIn(line: string, place: number): Record<string, unknown> {
  try {
    return Row.parse(JSON.parse(line));
  } catch {
    throw new OperatorError(`Строка ${place}: нужен объект JSON на каждой строке. Ничего не записано.`);
  }
}

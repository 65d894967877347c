import type pg from 'pg';
import { table } from '../admin/table.js';

// As PostgreSQL writes it: no number is rounded, no time loses its microseconds.
const types = { getTypeParser: () => (value: unknown) => value };

/** What the statements answer, as tables; of those that answer nothing, how many rows they touched. */
export async function answers(pool: pg.Pool, statements: string): Promise<string[]> {
  const results = [await pool.query<unknown[]>({ text: statements, rowMode: 'array', types })].flat();
  return results.flatMap(({ fields, rows, command, rowCount }) => {
    if (fields.length === 0) return [`${command}: ${rowCount ?? 0}`];
    const head = fields.map(({ name }) => name);
    const cells = rows.map((row) => row.map(shown));
    return [table(head, cells), `(строк: ${rows.length})`];
  });
}

/** The rows of a query as JSON objects. */
export async function rowsAsJson(pool: pg.Pool, query: string): Promise<string[]> {
  const text = `select row_to_json(asked)::text from (${query.replace(/;\s*$/, '')}) as asked`;
  const { rows } = await pool.query<[string]>({ text, rowMode: 'array', types });
  return rows.map(([line]) => line);
}

function shown(value: unknown): string {
  if (value === null) return '—';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.replaceAll('\n', '⏎');
}

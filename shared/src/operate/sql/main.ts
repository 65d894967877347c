import { parseArgs } from 'node:util';
import { z } from 'zod';
import { createPool } from '../../db/pool.js';
import { OperatorError } from '../../runtime/operatorError.js';
import { readConfig } from '../../runtime/readConfig.js';
import { settings } from '../../runtime/settings.js';
import { operate } from '../operate.js';
import { answers, rowsAsJson } from './ask.js';
import { load } from './load.js';

const USAGE = `Спросить базу данных: ту, что в DATABASE_URL, иначе встроенную.

  npm run --silent sql -- "select number, name from enterprises"
  npm run --silent sql -- --json "select … from …" > rows.ndjson   по объекту JSON на строке
  npm run --silent sql -- --into customers < rows.ndjson           добавить строки; те, что уже есть, не меняются`;

/** For machines without psql: the embedded PostgreSQL comes without it. */
await operate(async () => {
  const { values, positionals } = words();
  const [query, ...more] = positionals;
  if (more.length > 0 || (query === undefined) === (values.into === undefined)) throw new OperatorError(USAGE);
  const { DATABASE_URL } = readConfig(z.object({ DATABASE_URL: settings.DATABASE_URL }));
  const pool = createPool(DATABASE_URL, { name: 'sql', maxConnections: 1 });
  try {
    if (query === undefined) {
      const { read, added } = await load(pool, values.into ?? '', process.stdin);
      console.log(`Прочитано строк: ${read}, добавлено: ${added}, уже были: ${read - added}.`);
    } else {
      for (const line of await (values.json === true ? rowsAsJson : answers)(pool, query)) console.log(line);
    }
  } catch (error) {
    throw error instanceof OperatorError ? error : new OperatorError(inWords(error));
  } finally {
    await pool.end();
  }
});

function words() {
  try {
    const options = { json: { type: 'boolean' }, into: { type: 'string' } } as const;
    return parseArgs({ args: process.argv.slice(2), options, allowPositionals: true });
  } catch {
    throw new OperatorError(USAGE);
  }
}

function inWords(error: unknown): string {
  const { message, code, hint, detail } = error as Error & { code?: string; hint?: string; detail?: string };
  if (code === 'ECONNREFUSED') return 'База данных не отвечает. Запустите её: npm start.';
  return [`База данных отказала: ${message}`, detail, hint].filter(Boolean).join('\n');
}

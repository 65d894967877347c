import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { createGunzip } from 'node:zlib';
import type pg from 'pg';
import { z } from 'zod';
import { createPool, inTransaction } from '../../db/pool.js';
import { prepareDatabase } from '../../db/prepareDatabase.js';
import { OperatorError } from '../../runtime/operatorError.js';
import { readConfig } from '../../runtime/readConfig.js';
import { settings } from '../../runtime/settings.js';
import { operate } from '../operate.js';
import { restored } from './restored.js';

const USAGE = `Из какого файла? npm run restore -- /var/backups/live-calls/2025-10-01.gz
  --replace   всё, что есть в базе сейчас, пропадёт (без него база должна быть пустой)`;

/** `npm run restore -- <file>`: the database as it was saved, or untouched. */
await operate(async () => {
  const { file, isReplacing } = words();
  const { DATABASE_URL } = readConfig(z.object({ DATABASE_URL: settings.DATABASE_URL }));
  const pool = createPool(DATABASE_URL, { name: 'restore', maxConnections: 1 });
  try {
    await prepareDatabase(pool);
    const { rows, madeAt } = await inTransaction(pool, async (client) => {
      await requireNobodyElse(client);
      if (!isReplacing) await requireEmpty(client);
      const source = createReadStream(file);
      const plain = createGunzip();
      source.once('error', (error) => plain.destroy(error));
      return restored(client, createInterface(source.pipe(plain)));
    });
    console.log(`Восстановлено строк: ${rows}, копия от ${madeAt}. Запустите сервисы: npm start`);
  } catch (error) {
    if (error instanceof OperatorError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new OperatorError(`Не восстановлено, в базе ничего не изменилось: ${reason}`);
  } finally {
    await pool.end();
  }
});

function words(): { file: string; isReplacing: boolean } {
  const { values, positionals } = parsed();
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0) throw new OperatorError(USAGE);
  return { file, isReplacing: values.replace ?? false };
}

function parsed() {
  try {
    return parseArgs({
      args: process.argv.slice(2),
      options: { replace: { type: 'boolean' } },
      allowPositionals: true,
    });
  } catch {
    throw new OperatorError(USAGE);
  }
}

/** Services hold in memory what would no longer be so. */
async function requireNobodyElse(client: pg.PoolClient): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `select distinct coalesce(nullif(application_name, ''), 'without a name') as name from pg_stat_activity
     where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend' order by 1`,
  );
  if (rows.length === 0) return;
  const names = rows.map(({ name }) => name).join(', ');
  throw new OperatorError(`С базой работают: ${names}. Остановите сервисы (npx pm2 stop …), база должна остаться.`);
}

async function requireEmpty(client: pg.PoolClient): Promise<void> {
  const { rowCount } = await client.query('select from enterprises limit 1');
  if (rowCount !== 0) throw new OperatorError('База не пустая. Если её можно заменить целиком, добавьте --replace.');
}

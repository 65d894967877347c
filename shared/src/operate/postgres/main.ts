import { z } from 'zod';
import { seedDemo } from '../../db/demo.js';
import { createPool } from '../../db/pool.js';
import { prepareDatabase } from '../../db/prepareDatabase.js';
import { embeddedPassword } from '../../runtime/embeddedDatabase.js';
import { OperatorError } from '../../runtime/operatorError.js';
import { readConfig } from '../../runtime/readConfig.js';
import { createSecrets } from '../../runtime/secrets/secrets.js';
import { settings } from '../../runtime/settings.js';
import { stopRequested } from '../../runtime/stopRequested.js';
import { POSTGRES_DATA } from '../apps.js';
import { operate } from '../operate.js';
import { sealPlain } from '../sealPlain.js';
import { startPostgres, type RunningPostgres } from './startPostgres.js';

/** The embedded PostgreSQL as a process of its own, with the product's database in it. */
await operate(async () => {
  const config = readConfig(
    z.object({
      DATABASE_URL: settings.DATABASE_URL,
      POSTGRES_PORT: settings.POSTGRES_PORT,
      EMULATOR_PORT: settings.EMULATOR_PORT,
      SECRETS_KEY: settings.SECRETS_KEY,
    }),
  );
  const stop = stopRequested();
  const postgres = await startPostgres({
    dataDir: POSTGRES_DATA,
    port: config.POSTGRES_PORT,
    password: embeddedPassword(),
    settings: { max_connections: '200', timezone: 'UTC', log_timezone: 'UTC', log_checkpoints: 'off' },
    onLine: (line) => {
      console.log(line);
    },
  });
  await createDatabase(postgres, new URL(config.DATABASE_URL).pathname.slice(1));
  const pool = createPool(config.DATABASE_URL, { name: 'postgres app', maxConnections: 1 });
  await prepareDatabase(pool);
  const sandbox = `http://127.0.0.1:${String(config.EMULATOR_PORT)}/sandbox`;
  await seedDemo(pool, { recordingsUrl: `${sandbox}/recordings/{unique_id}.wav`, sandboxUrl: sandbox });
  await sealPlain(pool, createSecrets(config.SECRETS_KEY));
  await pool.end();
  process.send?.('ready');

  const reason = await Promise.race([stop, postgres.exited]);
  if (reason === undefined) throw new OperatorError('PostgreSQL has ended by itself.');
  await postgres.stop();
  process.exit(0);
});

async function createDatabase(postgres: RunningPostgres, name: string): Promise<void> {
  const admin = createPool(postgres.url('postgres'), { name: 'postgres app', maxConnections: 1 });
  const { rowCount } = await admin.query('select from pg_database where datname = $1', [name]);
  if (rowCount === 0) await admin.query(`create database "${name}"`);
  await admin.end();
}

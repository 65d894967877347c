import { z } from 'zod';
import { seedDemo } from '../../db/demo.js';
import { createPool } from '../../db/pool.js';
import { prepareDatabase } from '../../db/prepareDatabase.js';
import { embeddedPassword } from '../../runtime/embeddedDatabase.js';
import { readConfig } from '../../runtime/readConfig.js';
import { settings } from '../../runtime/settings.js';
import { POSTGRES_DATA } from '../apps.js';
import { startPostgres } from './startPostgres.js';

/** The embedded PostgreSQL as a process of its own, with the database of the product in it. */
const { DATABASE_URL, POSTGRES_PORT, EMULATOR_PORT } = readConfig(
  z.object({
    DATABASE_URL: settings.DATABASE_URL,
    POSTGRES_PORT: settings.POSTGRES_PORT,
    EMULATOR_PORT: settings.EMULATOR_PORT,
  }),
);
const stopRequested = new Promise<void>((resolve) => {
  for (const signal of ['SIGTERM', 'SIGINT', 'disconnect'] as const) {
    process.on(signal, () => {
      resolve();
    });
  }
});

const postgres = await startPostgres({
  dataDir: POSTGRES_DATA,
  port: POSTGRES_PORT,
  password: embeddedPassword(),
  settings: { max_connections: '200', timezone: 'UTC', log_timezone: 'UTC' },
  onLine: (line) => {
    console.log(line);
  },
});
await createDatabase();
const pool = createPool(DATABASE_URL, { name: 'postgres app', maxConnections: 1 });
await prepareDatabase(pool);
await seedDemo(pool, { recordingsUrl: `http://127.0.0.1:${String(EMULATOR_PORT)}/sandbox/recordings/{unique_id}.wav` });
await pool.end();
process.send?.('ready');

const crashed = postgres.exited.then(() => 1);
const stopped = stopRequested.then(() => postgres.stop()).then(() => 0);
process.exit(await Promise.race([stopped, crashed]));

async function createDatabase(): Promise<void> {
  const name = new URL(DATABASE_URL).pathname.slice(1);
  const admin = createPool(postgres.url('postgres'), { name: 'postgres app', maxConnections: 1 });
  const { rowCount } = await admin.query('select from pg_database where datname = $1', [name]);
  if (rowCount === 0) await admin.query(`create database "${name}"`);
  await admin.end();
}

import { z } from 'zod';
import { createPool, migrate } from '../db/index.js';
import { readConfig } from '../runtime/readConfig.js';
import { settings } from '../runtime/settings.js';
import { operate } from './operate.js';

/** `npm run migrate`: the schema of a database that runs. */
await operate(async () => {
  const { DATABASE_URL } = readConfig(z.object({ DATABASE_URL: settings.DATABASE_URL }));
  const pool = createPool(DATABASE_URL, { name: 'migrate', maxConnections: 1 });
  try {
    const applied = await migrate(pool);
    console.log(applied.length === 0 ? 'The schema is up to date.' : `Applied ${applied.join(', ')}.`);
  } finally {
    await pool.end();
  }
});

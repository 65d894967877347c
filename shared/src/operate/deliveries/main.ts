import { z } from 'zod';
import { createPool } from '../../db/pool.js';
import { readConfig } from '../../runtime/readConfig.js';
import { settings } from '../../runtime/settings.js';
import { report } from '../wordsOfCommand.js';
import { readCommand, USAGE } from './command.js';
import { deliveries } from './deliveries.js';

/** `npm run deliveries`: needs the database only; the services that run find what is armed. */
await report(async () => {
  const command = readCommand(process.argv.slice(2));
  if (command === 'help') {
    console.log(USAGE);
    return true;
  }
  const { DATABASE_URL } = readConfig(z.object({ DATABASE_URL: settings.DATABASE_URL }));
  const pool = createPool(DATABASE_URL, { name: 'deliveries', maxConnections: 1 });
  try {
    return await deliveries(pool, command, (text) => console.log(text));
  } finally {
    await pool.end();
  }
}, USAGE);

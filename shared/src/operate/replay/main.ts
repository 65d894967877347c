import { z } from 'zod';
import { createPool } from '../../db/pool.js';
import { readConfig } from '../../runtime/readConfig.js';
import { settings } from '../../runtime/settings.js';
import { report } from '../wordsOfCommand.js';
import { readCommand, USAGE } from './command.js';
import { replay } from './replay.js';

/** A core that works looks for events every second. */
const PATIENCE_MS = 15_000;

/** `npm run replay`: events are processed, and calls delivered, by the services that run. */
await report(async () => {
  const command = readCommand(process.argv.slice(2));
  if (command === 'help') {
    console.log(USAGE);
    return true;
  }
  const { DATABASE_URL } = readConfig(z.object({ DATABASE_URL: settings.DATABASE_URL }));
  const pool = createPool(DATABASE_URL, { name: 'replay', maxConnections: 2 });
  try {
    return await replay(command, { pool, patienceMs: PATIENCE_MS, print: (text) => console.log(text) });
  } finally {
    await pool.end();
  }
}, USAGE);

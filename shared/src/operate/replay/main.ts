import { z } from 'zod';
import { createPool } from '../../db/pool.js';
import { readConfig } from '../../runtime/readConfig.js';
import { settings } from '../../runtime/settings.js';
import { report } from '../wordsOfCommand.js';
import { assign } from './assign.js';
import { readCommand, USAGE, type Command } from './command.js';
import { deliverAgain } from './deliverAgain.js';
import { reprocess } from './reprocess.js';
import { selected } from './selected.js';

/** A core that works looks for events every second. */
const PATIENCE_MS = 15_000;

async function replay({ which, target, again, dryRun }: Command): Promise<boolean> {
  const { DATABASE_URL } = readConfig(z.object({ DATABASE_URL: settings.DATABASE_URL }));
  const pool = createPool(DATABASE_URL, { name: 'replay', maxConnections: 2 });
  const options = { pool, patienceMs: PATIENCE_MS, dryRun, print: (text: string) => console.log(text) };
  try {
    if (which.kind === 'unassigned') return await assign(options, which.enterprise);
    const calls = await selected(pool, which);
    return await (target === undefined
      ? reprocess(options, calls)
      : deliverAgain({ ...options, target, again }, calls));
  } finally {
    await pool.end();
  }
}

/** `npm run replay`: events are processed, and calls delivered, by the services that run. */
await report(async () => {
  const command = readCommand(process.argv.slice(2));
  if (command !== 'help') return replay(command);
  console.log(USAGE);
  return true;
}, USAGE);

import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { z } from 'zod';
import { createPool } from '../../db/pool.js';
import { OperatorError } from '../../runtime/operatorError.js';
import { readConfig } from '../../runtime/readConfig.js';
import { settings } from '../../runtime/settings.js';
import { operate } from '../operate.js';
import { saved } from './saved.js';

/** `npm run backup -- <file>`: the database of a system that runs, in a file that is whole or not there. */
await operate(async () => {
  const [file, ...more] = process.argv.slice(2);
  if (file === undefined || more.length > 0) {
    throw new OperatorError('Куда сохранить? npm run backup -- /var/backups/live-calls/2025-10-01.gz');
  }
  const { DATABASE_URL } = readConfig(z.object({ DATABASE_URL: settings.DATABASE_URL }));
  const pool = createPool(DATABASE_URL, { name: 'backup', maxConnections: 1 });
  const draft = `${file}.part`;
  try {
    await mkdir(dirname(file), { recursive: true });
    const client = await pool.connect();
    try {
      // Clients' phones and names are in it.
      await pipeline(Readable.from(saved(client)), createGzip(), createWriteStream(draft, { mode: 0o600 }));
    } finally {
      client.release(true);
    }
    await rename(draft, file);
    const { size } = await stat(file);
    console.log(`Сохранено: ${file}, ${(size / 1_048_576).toFixed(1).replace('.', ',')} МБ.`);
  } catch (error) {
    await rm(draft, { force: true });
    throw new OperatorError(`Копия не сделана: ${error instanceof Error ? error.message : String(error)}`);
  } finally {
    await pool.end();
  }
});

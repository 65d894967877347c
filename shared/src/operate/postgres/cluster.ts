import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { OperatorError } from '../../runtime/operatorError.js';
import { binaries } from './binaries.js';
import { unprivileged } from './unprivileged.js';

/** Whom the services connect as. */
export const SUPERUSER = 'postgres';

/**
 * Creates the data directory of a PostgreSQL unless it exists. One that was only half made (killed meanwhile) does not
 * count: it gets its name when it is complete.
 *
 * @throws OperatorError with the words of initdb
 */
export async function createCluster(dataDir: string, password: string): Promise<void> {
  if (existsSync(dataDir)) return;
  const draft = `${dataDir}.new`;
  const passwordFile = `${dataDir}.initial-password`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(dirname(dataDir), { recursive: true, mode: 0o700 });
  await mkdir(draft, { mode: 0o700 });
  const user = unprivileged();
  user.own(draft);
  try {
    await writeFile(passwordFile, password, { mode: 0o600 });
    user.own(passwordFile);
    const { file, args, ...ids } = user.wrap(binaries().initdb, [
      ...['--pgdata', draft, '--username', SUPERUSER, '--pwfile', passwordFile, '--auth=scram-sha-256'],
      // Sorting and letter case by ICU: the system's locales differ from machine to machine, and many have none.
      ...['--encoding=UTF8', '--locale=C', '--locale-provider=icu', '--icu-locale=und'],
    ]);
    await finished(spawn(file, args, { ...ids, stdio: ['ignore', 'ignore', 'pipe'] }));
  } finally {
    await rm(passwordFile, { force: true });
  }
  await rename(draft, dataDir);
}

function finished(initdb: ReturnType<typeof spawn>): Promise<void> {
  let words = '';
  initdb.stderr?.setEncoding('utf8').on('data', (text: string) => (words += text));
  return new Promise((resolve, reject) => {
    initdb.once('error', reject);
    initdb.once('close', (code) => {
      if (code === 0) resolve();
      else reject(new OperatorError(`PostgreSQL's data directory could not be created: ${words.trim()}`));
    });
  });
}

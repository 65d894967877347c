import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './root.js';

/** Everything that the product keeps on its own on this machine. */
export const DATA_DIR = join(ROOT, '.data');

/** The embedded PostgreSQL listens on 127.0.0.1 with a password that only who may read `.data` knows. */
export function embeddedDatabaseUrl(port: number): string {
  return `postgres://postgres:${embeddedPassword()}@127.0.0.1:${String(port)}/live_calls`;
}

/** The embedded PostgreSQL's superuser has it. */
export const embeddedPassword = (): string => madeOnce('postgres-password', 16);

/** What the secrets in the embedded database are encrypted with. */
export const embeddedSecretsKey = (): string => madeOnce('secrets.key', 32);

/** Whichever process comes first makes the random text; the others read it. */
function madeOnce(name: string, bytes: number): string {
  const file = join(DATA_DIR, name);
  const draft = `${file}.${process.pid}`;
  mkdirSync(DATA_DIR, { recursive: true, mode: 0o700 });
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  // Linked when it is whole: nobody reads half a key.
  writeFileSync(draft, randomBytes(bytes).toString('hex'), { mode: 0o600 });
  try {
    linkSync(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(draft);
  }
  return readFileSync(file, 'utf8').trim();
}

import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './root.js';

/** Everything that the product keeps on its own on this machine. */
export const DATA_DIR = join(ROOT, '.data');

/** The embedded PostgreSQL listens on 127.0.0.1 with a password that only who may read `.data` knows. */
export function embeddedDatabaseUrl(port: number): string {
  return `postgres://postgres:${embeddedPassword()}@127.0.0.1:${String(port)}/live_calls`;
}

/** Whichever process comes first makes the password; the others read it. */
export function embeddedPassword(): string {
  const file = join(DATA_DIR, 'postgres-password');
  mkdirSync(DATA_DIR, { recursive: true, mode: 0o700 });
  try {
    writeFileSync(file, randomBytes(16).toString('hex'), { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  return readFileSync(file, 'utf8');
}

import type pg from 'pg';
import { rewriteSecrets, type Rewritten } from '../db/administrationSecrets.js';
import { SecretUnreadable, type Secrets } from '../runtime/secrets/secrets.js';

/** Encrypts every stored key and token that is not encrypted yet. What the key does not open stays as it is. */
export function sealPlain(pool: pg.Pool, secrets: Secrets): Promise<Rewritten> {
  return rewriteSecrets(pool, (stored) => resealed(stored, secrets), { skipUnreadable: true });
}

/** Encrypts everything that `old` reads with `secrets`: all of it, or nothing when something cannot be read. */
export function reseal(pool: pg.Pool, old: Secrets, secrets: Secrets): Promise<Rewritten> {
  return rewriteSecrets(pool, (stored) => resealed(stored, secrets) ?? resealed(stored, old, secrets), {
    skipUnreadable: false,
  });
}

function resealed(stored: string, reader: Secrets, writer: Secrets = reader): string | undefined {
  try {
    return writer.seal(reader.open(stored));
  } catch (error) {
    if (error instanceof SecretUnreadable) return undefined;
    throw error;
  }
}

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { embeddedDatabaseUrl, embeddedSecretsKey } from './embeddedDatabase.js';
import { ROOT } from './root.js';

type Variables = Record<string, string | undefined>;

/** The process's environment over `.env` of the repository, completed for the embedded database. */
export function environment(): Variables {
  const fromFile: Variables = parseEnv(readOr(join(ROOT, '.env'), ''));
  return withEmbeddedDefaults(
    { ...fromFile, ...given(process.env) },
    { databaseUrl: embeddedDatabaseUrl, secretsKey: embeddedSecretsKey },
  );
}

interface Embedded {
  databaseUrl: (port: number) => string;
  secretsKey: () => string;
}

/** Without DATABASE_URL everything stays on this machine: database, Telegram and links. */
export function withEmbeddedDefaults(variables: Variables, { databaseUrl, secretsKey }: Embedded): Variables {
  if (!usesEmbeddedDatabase(variables)) return variables;
  const { POSTGRES_PORT = '8032', EMULATOR_PORT = '8025', CORE_PORT = '8000' } = given(variables);
  return {
    DATABASE_URL: databaseUrl(Number(POSTGRES_PORT)),
    SECRETS_KEY: secretsKey(),
    TELEGRAM_API_ROOT: `http://127.0.0.1:${EMULATOR_PORT}/sandbox/telegram`,
    OUTBOUND_ALLOW: `127.0.0.1:${EMULATOR_PORT}`,
    PUBLIC_URL: `http://127.0.0.1:${CORE_PORT}`,
    ...given(variables),
  };
}

/** Whether the product brings its own PostgreSQL: when nobody names another. */
function usesEmbeddedDatabase(variables: Variables): boolean {
  return given(variables)['DATABASE_URL'] === undefined;
}

function given(variables: Variables): Variables {
  return Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== undefined && value !== ''));
}

function readOr(file: string, otherwise: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return otherwise;
  }
}

import type pg from 'pg';
import type { AdminConfig } from './config.js';
import type { Secrets } from '../../runtime/secrets/secrets.js';

/** What a command works with. */
export interface Context {
  pool: pg.Pool;
  secrets: Secrets;
  config: AdminConfig;
  /** The next line of the standard input, for what is not to be in the shell's history. */
  typed: () => string;
}

/** What was given on the command line. */
export interface Given {
  /** By option. */
  values: Readonly<Record<string, string | boolean | undefined>>;
  /** Behind the command, without an option. */
  words: readonly string[];
}

/** What a command says: to people, and to scripts. */
export interface Said {
  text: string;
  json: unknown;
  /** False: it was done, and what was found is not as it should be. */
  ok?: boolean;
}

/** One line of the table of commands. */
export interface Command {
  /** E.g. `enterprise add`. */
  name: string;
  /** What it is for, in Russian. */
  summary: string;
  /** How its options are written; optional ones in brackets. */
  usage: string;
  /** Its options; those with a value are `string`. */
  options: Readonly<Record<string, { type: 'string' | 'boolean' }>>;
  run: (context: Context, given: Given) => Promise<Said>;
}

/** The command line is not understood: exit code 2. */
export class UsageError extends Error {
  override name = 'UsageError';
}

const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;

/** Options of a command by their names. */
export const options = (texts: string, flags = ''): Command['options'] => ({
  ...Object.fromEntries(words(texts).map((name) => [name, text])),
  ...Object.fromEntries(words(flags).map((name) => [name, flag])),
});

const words = (list: string): string[] => list.split(' ').filter((word) => word !== '');

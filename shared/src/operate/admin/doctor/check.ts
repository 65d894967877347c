import type { Context } from '../command.js';

/** What a check found, in Russian. */
export interface Finding {
  level: 'ok' | 'warn' | 'bad';
  detail: string;
  /** What to do about it. */
  advice?: string;
}

/** One line of the table of checks. */
export interface Check {
  /** In Russian. */
  name: string;
  needsDatabase: boolean;
  /** How long it may take; 8 s unless given. */
  withinMs?: number;
  run: (context: Context) => Promise<Finding | Finding[]>;
}

export const ok = (detail: string): Finding => ({ level: 'ok', detail });
export const warn = (detail: string, advice: string): Finding => ({ level: 'warn', detail, advice });
export const bad = (detail: string, advice: string): Finding => ({ level: 'bad', detail, advice });

/** What was found, or that there is nothing to find. */
export const orWell = (found: readonly Finding[], well: string): Finding[] =>
  found.length > 0 ? [...found] : [ok(well)];

/** For people: UTC, to the second. */
export const moment = (at: Date | null): string =>
  at === null ? '?' : `${at.toISOString().slice(0, 19).replace('T', ' ')} UTC`;

/** A few of many, by name. */
export const some = (names: readonly string[], most = 10): string =>
  names.length > most ? `${names.slice(0, most).join(', ')} и ещё ${names.length - most}` : names.join(', ');

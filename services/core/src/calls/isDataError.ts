import { DatabaseError } from 'pg';
import { EventError } from './eventError.js';

/** SQLSTATE classes that blame the data: a value that is not valid, a constraint, a limit such as an index row's size. */
const THE_DATA = /^(22|23|54)/;

/**
 * Whether processing failed because of what is processed, so that trying it again would fail again. Everything else (the
 * connection, the schema, a setting, our own mistakes) is put right by somebody, and the events wait for it.
 */
export function isDataError(error: unknown): boolean {
  if (error instanceof DatabaseError) return THE_DATA.test(error.code ?? '');
  return error instanceof EventError;
}

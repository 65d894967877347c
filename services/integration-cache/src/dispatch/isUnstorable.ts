import { DatabaseError } from 'pg';

/** Whether an event could not be stored because of what is in it: sent again it would fail again. */
export function isUnstorable(error: unknown): boolean {
  // Too deep to be written down as JSON.
  if (error instanceof RangeError) return true;
  // SQLSTATE classes that blame the data: an invalid value (a NUL, half a character), a limit (depth, an index row).
  return error instanceof DatabaseError && /^(22|54)/.test(error.code ?? '');
}

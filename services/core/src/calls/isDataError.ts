import { DatabaseError } from 'pg';

/** SQLSTATE classes that say nothing about the data: connection, resources, operator intervention, rollback. */
const NOT_THE_DATA = /^(08|25|40|53|54|55|57|58|XX)/;

/**
 * Whether processing failed because of what is processed, so that trying it again as it is would fail again. An error
 * of the database is one when its class says so, and any other only when it was thrown by our own code.
 */
export function isDataError(error: unknown): boolean {
  if (error instanceof DatabaseError) return !NOT_THE_DATA.test(error.code ?? '08');
  return error instanceof Error && !('code' in error) && !/connection|terminat|timeout|Client/i.test(error.message);
}

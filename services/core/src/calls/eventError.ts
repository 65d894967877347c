import { TooMuchEffort } from './fold/effort.js';

/** An event that cannot be read or folded: processing it again would fail again. */
export class EventError extends Error {
  override name = 'EventError';
}

/** Runs what only depends on the events; whatever it throws is the fault of one of them, or of all: TooMuchEffort. */
export function blamingEvents<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof TooMuchEffort) throw error;
    throw new EventError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

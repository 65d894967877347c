import { isAccepted } from './belief.js';
import type { Found } from './compare.js';
import type { HostRow } from './hostRow.js';

/** A clock that is wrong by less does not matter: events in a heap are read right. ms */
const CLOCK_IS_WRONG = 60_000;

/** No host has lived before: its clock began in 1970 when it booted. */
const EARLIEST = Date.UTC(2001, 0, 1);

/**
 * When missing events happened: by the host's log; where events that did arrive beside them show that the host's clock
 * was wrong, corrected by as much.
 */
export function createHostClock(): (found: readonly Found[]) => Map<HostRow, Date> {
  let error: number | null = null;
  return (found) => {
    error ??= found.map(errorOf).find((each) => each !== null) ?? null;
    const times = new Map<HostRow, Date>();
    for (const one of found) {
      error = errorOf(one) ?? error;
      if (one.is !== 'arrived') times.set(one.row, new Date(one.row.at + (error ?? 0)));
    }
    return times;
  };
}

/** ms; null when the row tells nothing of the clock. Of equal events another one than the row's may have arrived. */
function errorOf(found: Found): number | null {
  if (found.is !== 'arrived') return null;
  const { row, event } = found;
  if (!isAccepted(row) && row.at >= EARLIEST) return null;
  const error = event.event_timestamp.getTime() - row.at;
  return Math.abs(error) > CLOCK_IS_WRONG ? error : 0;
}

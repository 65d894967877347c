import { isAccepted, reasonOf } from './belief.js';
import { createCallTallies, increment, toldOf } from './callTally.js';
import type { Found } from './compare.js';
import type { UselessRow } from './hostRow.js';
import type { RecoveryReport } from './report.js';

export interface Tally {
  repeated(): void;
  useless(row: UselessRow): void;
  /** Settled, and committed where something had to be stored; `at`: when a missing event happened. */
  found(found: Found, at: Date | undefined): void;
  result(): Omit<RecoveryReport, 'enterprise' | 'dry_run' | 'complete' | 'problems'>;
}

const MOST_CALLS_TOLD = 200;
const MOST_ROWS_TOLD = 20;

/** Counts what became of the rows, in all and by call. */
export function createTally(): Tally {
  const counts = {
    rows: 0,
    repeated: 0,
    other: 0,
    arrived: 0,
    arrived_though_believed_lost: 0,
    recovered: 0,
    too_old: 0,
    unreadable: 0,
  };
  const unreadable: RecoveryReport['unreadable_rows'] = [];
  const calls = createCallTallies();

  return {
    repeated() {
      counts.rows += 1;
      counts.repeated += 1;
    },
    useless({ place, reason, isOther }) {
      counts.rows += 1;
      counts[isOther ? 'other' : 'unreadable'] += 1;
      if (!isOther && unreadable.length < MOST_ROWS_TOLD) unreadable.push({ row: place, reason });
    },
    found({ row, is }, at) {
      counts.rows += 1;
      const call = calls.of(row, at?.getTime() ?? row.at);
      if (is === 'arrived') {
        counts.arrived += 1;
        if (!isAccepted(row)) counts.arrived_though_believed_lost += 1;
        if (call) increment(call.arrived, row.eventType);
      } else {
        counts[is === 'missing' ? 'recovered' : 'too_old'] += 1;
        if (call) increment(call.missing, row.eventType);
        call?.reasons.add(is === 'missing' ? reasonOf(row) : 'звонок старше 60 дней: не исправляется');
      }
    },
    result() {
      const incomplete = calls.all().filter(({ missing }) => missing.size > 0);
      return {
        ...counts,
        unreadable_rows: unreadable,
        calls: incomplete.slice(0, MOST_CALLS_TOLD).map(toldOf),
        more_calls: Math.max(0, incomplete.length - MOST_CALLS_TOLD),
      };
    },
  };
}

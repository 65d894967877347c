import { isAccepted, reasonOf } from './belief.js';
import type { Found } from './compare.js';
import type { HostRow, UselessRow } from './hostRow.js';
import type { IncompleteCall, RecoveryReport } from './report.js';

export interface Tally {
  repeated(): void;
  useless(row: UselessRow): void;
  /** Settled, and committed where something had to be stored. */
  found(found: Found, at: Date | undefined): void;
  result(): Omit<RecoveryReport, 'enterprise' | 'dry_run' | 'complete' | 'problems'>;
}

interface CallTally {
  uniqueId: string;
  at: Date;
  phone: string;
  missing: Map<string, number>;
  arrived: Map<string, number>;
  reasons: Set<string>;
}

const MOST_CALLS_COUNTED = 50_000;
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
  const calls = new Map<string, CallTally>();
  const callOf = new Map<string, string>();

  /** A channel is of the call of a bridge that it was seen in first, and a bridge of the channel's. */
  function callTally({ event, at, phone }: HostRow): CallTally | undefined {
    const keys = [event.bridgeId && `bridge ${event.bridgeId}`, event.uniqueId].filter((key) => key !== '');
    const known = keys.map((key) => callOf.get(key)).find((key) => key !== undefined);
    const key = known ?? event.uniqueId + event.bridgeId;
    let call = calls.get(key);
    if (!call && calls.size >= MOST_CALLS_COUNTED) return undefined;
    call ??= {
      uniqueId: event.uniqueId,
      at: new Date(at),
      phone: '',
      missing: new Map(),
      arrived: new Map(),
      reasons: new Set(),
    };
    calls.set(key, call);
    for (const each of keys) if (!callOf.has(each)) callOf.set(each, key);
    call.uniqueId ||= event.uniqueId;
    call.phone ||= phone;
    return call;
  }

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
      const call = callTally(at ? { ...row, at: at.getTime() } : row);
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
      const incomplete = [...calls.values()].filter(({ missing }) => missing.size > 0);
      return {
        ...counts,
        unreadable_rows: unreadable,
        calls: incomplete.slice(0, MOST_CALLS_TOLD).map(toldOf),
        more_calls: Math.max(0, incomplete.length - MOST_CALLS_TOLD),
      };
    },
  };
}

const increment = (counts: Map<string, number>, key: string): unknown => counts.set(key, (counts.get(key) ?? 0) + 1);

const toldOf = ({ uniqueId, at, phone, missing, arrived, reasons }: CallTally): IncompleteCall => ({
  unique_id: uniqueId,
  at: at.toISOString(),
  phone,
  missing: listed(missing),
  arrived: listed(arrived),
  reasons: [...reasons],
});

const listed = (counts: Map<string, number>): string[] =>
  [...counts].map(([type, count]) => (count === 1 ? type : `${type} ×${count}`));

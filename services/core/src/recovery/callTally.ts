import type { HostRow } from './hostRow.js';
import type { IncompleteCall } from './report.js';

/** What was counted of one call: of channels that share bridges. */
export interface CallTally {
  uniqueId: string;
  /** Of its first row, ms since 1970. */
  at: number;
  phone: string;
  /** By event type. */
  missing: Map<string, number>;
  arrived: Map<string, number>;
  reasons: Set<string>;
  keys: string[];
}

export interface CallTallies {
  /** The call of a row; undefined when there are too many calls to count each. */
  of(row: HostRow, at: number): CallTally | undefined;
  all(): CallTally[];
}

const MOST_CALLS = 50_000;

/** Sorts rows by call as a person would: by channel, and by the bridges that join channels. */
export function createCallTallies(): CallTallies {
  const byKey = new Map<string, CallTally>();
  const calls = new Set<CallTally>();

  function join(one: CallTally, other: CallTally): CallTally {
    if (one === other) return one;
    calls.delete(other);
    for (const key of other.keys) byKey.set(key, one);
    one.keys.push(...other.keys);
    one.at = Math.min(one.at, other.at);
    one.phone ||= other.phone;
    one.uniqueId ||= other.uniqueId;
    for (const [type, count] of other.missing) increment(one.missing, type, count);
    for (const [type, count] of other.arrived) increment(one.arrived, type, count);
    for (const reason of other.reasons) one.reasons.add(reason);
    return one;
  }

  return {
    of({ event: { uniqueId, bridgeId }, phone }, at) {
      const keys = [uniqueId && `channel ${uniqueId}`, bridgeId && `bridge ${bridgeId}`].filter((key) => key !== '');
      const known = keys.flatMap((key) => byKey.get(key) ?? []);
      if (known.length === 0 && calls.size >= MOST_CALLS) return undefined;
      const call = known.reduce<CallTally>(join, known[0] ?? newCall(uniqueId, at));
      calls.add(call);
      for (const key of keys) {
        if (!byKey.has(key)) call.keys.push(key);
        byKey.set(key, call);
      }
      call.uniqueId ||= uniqueId;
      call.phone ||= phone;
      return call;
    },
    all: () => [...calls],
  };
}

export function increment(counts: Map<string, number>, key: string, by = 1): void {
  counts.set(key, (counts.get(key) ?? 0) + by);
}

export const toldOf = ({ uniqueId, at, phone, missing, arrived, reasons }: CallTally): IncompleteCall => ({
  unique_id: uniqueId,
  at: new Date(at).toISOString(),
  phone,
  missing: listed(missing),
  arrived: listed(arrived),
  reasons: [...reasons],
});

const newCall = (uniqueId: string, at: number): CallTally => ({
  uniqueId,
  at,
  phone: '',
  missing: new Map(),
  arrived: new Map(),
  reasons: new Set(),
  keys: [],
});

const listed = (counts: Map<string, number>): string[] =>
  [...counts].map(([type, count]) => (count === 1 ? type : `${type} ×${count}`));

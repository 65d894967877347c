import type { HostRow } from './hostRow.js';

/** A host notes both rows of a timeout at once; identical events that far apart are two. ms */
const SAME_ATTEMPT = 10_000;

/**
 * Tells rows that are a host's attempt to post an event from those that only note an attempt again: the second row of a
 * timeout (`Timeout` and ''), and a row that was read before (the same file twice). Identical bodies can be two events.
 */
export function createAttempts(): (row: HostRow) => 'new' | 'repeated' {
  const rows = new Set<string>();
  const timeouts = new Map<string, { kind: string; at: number }>();

  return (row) => {
    if (row.id !== '') {
      const identity = `${row.id} ${row.at} ${row.content}`;
      if (rows.has(identity)) return 'repeated';
      rows.add(identity);
    }
    const kind = timeoutKind(row.status);
    if (kind === null) return 'new';
    const half = timeouts.get(row.content);
    if (half && half.kind !== kind && Math.abs(row.at - half.at) <= SAME_ATTEMPT) {
      timeouts.delete(row.content);
      return 'repeated';
    }
    timeouts.set(row.content, { kind, at: row.at });
    return 'new';
  };
}

function timeoutKind(status: string): 'named' | 'empty' | null {
  if (status === '') return 'empty';
  return /time.?out/i.test(status) ? 'named' : null;
}

import type { RawRow } from './recovery.js';

export interface LineSplitter {
  /** @returns the rows that this chunk completes */
  push(chunk: Buffer): RawRow[];
  /** @returns the row that no line feed ended; it may be cut off */
  end(): RawRow[];
}

/** A request of 64 KB, escaped, and its other columns. */
const MAX_LINE_BYTES = 256 * 1024;

const FEED = '\n'.charCodeAt(0);

/** Cuts NDJSON into rows; holds one line at most, and of one that is too long nothing. */
export function createLineSplitter(): LineSplitter {
  let parts: Buffer[] = [];
  let bytes = 0;
  let line = 0;

  function hold(part: Buffer): void {
    bytes += part.length;
    if (bytes > MAX_LINE_BYTES) parts = [];
    else parts.push(part);
  }

  function complete(): RawRow[] {
    const text = Buffer.concat(parts).toString('utf8').trim();
    const isTooLong = bytes > MAX_LINE_BYTES;
    parts = [];
    bytes = 0;
    line += 1;
    if (text === '' && !isTooLong) return [];
    return [{ place: String(line), value: isTooLong ? undefined : valueOf(text) }];
  }

  return {
    push(chunk) {
      const rows: RawRow[] = [];
      let from = 0;
      for (let feed = chunk.indexOf(FEED); feed !== -1; feed = chunk.indexOf(FEED, from)) {
        hold(chunk.subarray(from, feed));
        rows.push(...complete());
        from = feed + 1;
      }
      if (from < chunk.length) hold(chunk.subarray(from));
      return rows;
    },
    end: () => (bytes > 0 ? complete() : []),
  };
}

function valueOf(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

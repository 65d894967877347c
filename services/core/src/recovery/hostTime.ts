const QUARTER_MS = 900_000;

/**
 * Reads times of a host's log, `2025-10-01 23:59:58` by the clock of its zone.
 *
 * @param zone IANA
 * @returns ms since 1970; null for what is no time, or one before 1970
 */
export function createHostTime(zone: string): (text: string) => number | null {
  // The Swedish way of writing dates is the one that hosts use.
  const clock = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' });

  function offsetAt(ms: number): number {
    return (asUtc(clock.format(ms)) ?? ms) - Math.floor(ms / 1000) * 1000;
  }

  let last = { quarter: NaN, offset: 0 };
  return (text) => {
    const shown = asUtc(text);
    if (shown === null) return null;
    // Rows come in order, and no clock is changed within a quarter of an hour.
    const quarter = Math.floor(shown / QUARTER_MS);
    // The offset is that of the time looked for, which the first guess is near to.
    if (quarter !== last.quarter) last = { quarter, offset: offsetAt(shown - offsetAt(shown)) };
    return shown - last.offset;
  };
}

function asUtc(text: string): number | null {
  const match = /^\s*(\d{4})-(\d\d)-(\d\d)[ T](\d\d):(\d\d):(\d\d)(?:\.(\d{1,3}))?/.exec(text);
  if (!match) return null;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1, 7).map(Number);
  if (year < 1970) return null;
  return Date.UTC(year, month - 1, day, hour, minute, second, Number((match[7] ?? '').padEnd(3, '0')));
}

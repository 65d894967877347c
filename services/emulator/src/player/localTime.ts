/** `YYYY-MM-DD HH:MM:SS` as a clock in that zone shows it. */
export function localTime(unixMs: number, timezone: string): string {
  // The Swedish way of writing dates is the one wanted.
  return new Intl.DateTimeFormat('sv-SE', { timeZone: timezone, dateStyle: 'short', timeStyle: 'medium' }).format(
    unixMs,
  );
}

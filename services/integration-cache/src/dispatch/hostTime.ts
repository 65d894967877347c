const WRITTEN = /^(\d{4})-(\d\d)-(\d\d)[ T](\d\d):(\d\d):(\d\d)/;

/** Clocks that are further off than a day were never set (1970 after a boot). ms */
const LARGEST_ADVANCE = 86_400_000;
const EARLIEST = Date.UTC(2000, 0, 1);

/**
 * Reads a time as hosts write it, without a zone.
 *
 * @param now Unix milliseconds
 * @returns Unix milliseconds; undefined when it is no time, or one of a clock that was never set
 */
export function readHostTime(written: string, zone: string, now: number): number | undefined {
  const fields = WRITTEN.exec(written);
  if (!fields) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = fields.slice(1).map(Number);
  const asUtc = Date.UTC(year, month - 1, day, hour, minute, second);
  // The offset at the time itself: near a change of clocks the first guess may be on the other side of it.
  const guess = asUtc - offsetMinutes(asUtc, zone) * 60_000;
  const time = asUtc - offsetMinutes(guess, zone) * 60_000;
  return time >= EARLIEST && time < now + LARGEST_ADVANCE ? time : undefined;
}

/** ISO 8601 with the zone's offset, e.g. `2025-09-30T11:15:00+03:00`. @param time Unix milliseconds */
export function zonedIso(time: number, zone: string): string {
  const offset = offsetMinutes(time, zone);
  const local = new Date(Math.floor(time / 1000) * 1000 + offset * 60_000).toISOString().slice(0, 19);
  const [hours, minutes] = [Math.floor(Math.abs(offset) / 60), Math.abs(offset) % 60].map((part) =>
    String(part).padStart(2, '0'),
  );
  return `${local}${offset < 0 ? '-' : '+'}${hours ?? '00'}:${minutes ?? '00'}`;
}

/** The zone if there is such a one, else UTC. */
export function existingZone(zone: string): string {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return zone;
  } catch {
    return 'UTC';
  }
}

function offsetMinutes(time: number, zone: string): number {
  const parts = new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'longOffset' }).formatToParts(time);
  const name = parts.find(({ type }) => type === 'timeZoneName')?.value ?? '';
  const [, sign = '+', hours = '0', minutes = '0'] = /^GMT([+-])(\d\d):(\d\d)/.exec(name) ?? [];
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}

/**
 * `2025-09-30 11:15:00`: what a clock in that zone shows.
 *
 * @param iso with an offset
 * @param zone IANA
 * @throws RangeError when there is no such zone
 */
export function localTime(iso: string, zone: string): string {
  // The Swedish way of writing dates is the one wanted.
  return new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' }).format(
    new Date(iso),
  );
}

/** `2025-09-30 11:15:00.250`. @see localTime */
export function localTimeMs(iso: string, zone: string): string {
  const ms = String(new Date(iso).getUTCMilliseconds()).padStart(3, '0');
  return `${localTime(iso, zone)}.${ms}`;
}

/** Whether dates can be written in this zone. */
export function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('sv-SE', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}

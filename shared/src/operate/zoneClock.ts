/** `30.09.2025 11:15:00` in the zone (IANA); in UTC when there is no such zone. */
export function clockText(at: Date, zone: string | null): string {
  const style = { dateStyle: 'short', timeStyle: 'medium' } as const;
  try {
    return new Intl.DateTimeFormat('ru', { ...style, timeZone: zone ?? 'UTC' }).format(at).replace(',', '');
  } catch {
    return new Intl.DateTimeFormat('ru', { ...style, timeZone: 'UTC' }).format(at).replace(',', '');
  }
}

const TIME = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d))?)?(Z|[+-]\d\d:?\d\d)?$/;

/**
 * Reads a time that a person wrote: `2025-09-30T10:00`, `2025-09-30 10:00:00` and `2025-09-30` by the clocks of the zone
 * (IANA), or with an offset: `2025-09-30T10:00+03:00`, `…Z`.
 *
 * @returns null when it is none
 */
export function momentOf(text: string, zone: string): Date | null {
  const match = TIME.exec(text.trim());
  if (!match) return null;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1, 7)
    .map((part: string | undefined) => Number(part ?? 0));
  const shown = Date.UTC(year, month - 1, day, hour, minute, second);
  const back = new Date(shown).toISOString();
  const isReal =
    back.startsWith(`${match[1] ?? ''}-${match[2] ?? ''}-${match[3] ?? ''}`) && hour < 24 && minute < 60 && second < 60;
  if (!isReal) return null;
  const offset = match[7];
  if (offset !== undefined) return new Date(shown - offsetMs(offset));
  // The offset is that of the time looked for, which the first guess is near to.
  return new Date(shown - zoneOffsetMs(shown - zoneOffsetMs(shown, zone), zone));
}

function offsetMs(offset: string): number {
  const [, sign = '+', hours = '0', minutes = '0'] = /([+-])(\d\d):?(\d\d)/.exec(offset) ?? [];
  return (Number(hours) * 60 + Number(minutes)) * 60_000 * (sign === '-' ? -1 : 1);
}

function zoneOffsetMs(at: number, zone: string): number {
  const name = new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'longOffset' })
    .formatToParts(new Date(at))
    .find(({ type }) => type === 'timeZoneName')?.value;
  return offsetMs(name ?? '');
}

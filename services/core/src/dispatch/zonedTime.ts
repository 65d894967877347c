/** ISO 8601 with the zone's offset at that time, whole seconds: `2025-09-30T11:15:00+03:00`. */
export function zonedTime(at: Date, timezone: string): string {
  const name = new Intl.DateTimeFormat('en', { timeZone: timezone, timeZoneName: 'longOffset' })
    .formatToParts(at)
    .find(({ type }) => type === 'timeZoneName')?.value;
  const [, sign = '+', hours = '00', minutes = '00'] = /([+-])(\d\d):(\d\d)/.exec(name ?? '') ?? [];
  const offsetMs = (Number(hours) * 60 + Number(minutes)) * 60_000 * (sign === '-' ? -1 : 1);
  const local = new Date(at.getTime() + offsetMs).toISOString().slice(0, 19);
  return `${local}${sign}${hours}:${minutes}`;
}

/** Numbers and times as operators read them. */

const number = new Intl.NumberFormat('ru-RU');
export const spokenNumber = (value) => number.format(value);

/** @param {number} seconds */
export function spokenSeconds(seconds) {
  if (seconds < 1) return `${Math.round(seconds * 1000)} мс`;
  if (seconds < 60) return `${seconds.toFixed(seconds < 10 ? 1 : 0).replace('.', ',')} с`;
  if (seconds < 3600) return `${Math.round(seconds / 60)} мин`;
  return seconds < 172_800 ? `${Math.round(seconds / 3600)} ч` : `${Math.round(seconds / 86_400)} дн`;
}

/** @param {string | null} zone IANA; null: the reader's own */
const withZone = (zone, options) => {
  try {
    return new Intl.DateTimeFormat('ru-RU', { ...options, timeZone: zone ?? undefined });
  } catch {
    return new Intl.DateTimeFormat('ru-RU', options);
  }
};

const CLOCK = { hour: '2-digit', minute: '2-digit', second: '2-digit' };
export const spokenDay = (at, zone) =>
  withZone(zone, { day: '2-digit', month: '2-digit', year: 'numeric', ...CLOCK }).format(new Date(at));
export const spokenClock = (at, zone) => withZone(zone, { ...CLOCK, fractionalSecondDigits: 3 }).format(new Date(at));

/** Minsk and Moscow: the sandboxes' accounts live in this zone, without a summer time. */
export const ACCOUNT_ZONE = '+03:00';

/** Clocks differ a little. */
const TOLERANCE_MS = 5 * 60_000;

/** A local time of the account. @returns Unix milliseconds */
export function accountTime(local: string): number {
  return Date.parse(`${local.replace(' ', 'T')}${ACCOUNT_ZONE}`);
}

/** Unix milliseconds as the account's local time `Y-m-d H:i:s`. */
export function toAccountTime(ms: number): string {
  return new Date(ms + 3 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ');
}

/** @returns what is wrong with a call that has not happened yet */
export function futureProblem(field: string, startMs: number, now: number): string[] {
  if (!(startMs > now + TOLERANCE_MS)) return [];
  return [`поле ${field}: звонок в будущем, похоже на время другого часового пояса`];
}

/** @returns what is wrong with a call of more than a day */
export function longProblem(field: string, seconds: number | undefined): string[] {
  if (seconds === undefined || seconds <= 86_400) return [];
  return [`поле ${field}: ${seconds} — больше суток, похоже на миллисекунды вместо секунд`];
}

/** `MM:SS`, from an hour on `H:MM:SS`. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${two(minutes)}:${two(rest)}`;
}

/** `14:25` in the tenant's zone. */
export function clockTime(at: Date, timezone: string): string {
  return new Intl.DateTimeFormat('ru', {
    timeZone: timezone,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).format(at);
}

/** `30.09.2025 11:15` in the tenant's zone. */
export function dayAndTime(at: Date, timezone: string): string {
  const day = new Intl.DateTimeFormat('ru', { timeZone: timezone, day: '2-digit', month: '2-digit', year: 'numeric' });
  return `${day.format(at)} ${clockTime(at, timezone)}`;
}

function two(n: number): string {
  return String(n).padStart(2, '0');
}

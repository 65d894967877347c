import type { TimedEvent } from '../call.js';

const TIMES = ['StartTime', 'DateReceived', 'EndTime'];

/** The host has just booted and does not know the date: its ids and times begin in 1970, its pauses stay. */
export function withWrongClock(events: readonly TimedEvent[]): TimedEvent[] {
  const lateBy = Math.min(...events.map(({ body }) => epochOf(body['UniqueId'])).filter((epoch) => epoch > 0)) - 60;
  return events.map((event) => ({ ...event, body: moved(event.body, lateBy) }));
}

function moved(body: Record<string, unknown>, seconds: number): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(body).map(([key, value]) => {
      if (key === 'UniqueId') return [key, movedId(value, seconds)];
      return [key, TIMES.includes(key) ? movedTime(value, seconds) : value];
    }),
  );
}

function movedId(id: unknown, seconds: number): unknown {
  if (typeof id !== 'string' || id === '') return id;
  return `${String(epochOf(id) - seconds)}.${id.split('.')[1] ?? ''}`;
}

/** Local times are moved as they are: their zone does not matter. */
function movedTime(time: unknown, seconds: number): unknown {
  if (typeof time !== 'string' || time === '') return time;
  const earlier = new Date(Date.parse(`${time.replace(' ', 'T')}Z`) - seconds * 1_000);
  return earlier.toISOString().slice(0, 19).replace('T', ' ');
}

const epochOf = (id: unknown): number => (typeof id === 'string' ? Number(id.split('.')[0]) : 0);

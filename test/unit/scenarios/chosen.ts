import type { CallScenario, Host, TimedEvent } from '../../../services/emulator/src/scenarios/call.js';
import type { Field, Values } from '../../../services/emulator/src/scenarios/fields.js';
import { scenarios } from '../../../services/emulator/src/scenarios/scenarios.js';
import { localTime } from '../../../services/emulator/src/player/localTime.js';
import { random } from '../../fixtures/mix.js';

export const TOKEN = '375293332255';
const TIMEZONE = 'Europe/Minsk';
/** Of the sequences' own clock; the fold never sees today's date. */
export const BEGAN_AT = Date.UTC(2025, 9, 1, 9, 0, 0);

export type Random = () => number;

/** A host whose ids count up over all calls that are played on it. */
export function hostAt(ids: { channels: number; bridges: number }, beganAt = BEGAN_AT, pace = 1): Host {
  return {
    token: TOKEN,
    timezone: TIMEZONE,
    beganAt,
    pace,
    nextChannel: () => ++ids.channels,
    nextBridge: () => `00000000-0000-4000-8000-${String(++ids.bridges).padStart(12, '0')}`,
  };
}

export const newIds = (): { channels: number; bridges: number } => ({ channels: 0, bridges: 0 });

export function scenario(code: string): CallScenario {
  const found = scenarios.find((each) => each.code === code);
  if (!found) throw new Error(`no scenario ${code}`);
  return found;
}

/** Whom the random values of a scenario are taken from. */
export interface Pool {
  managers: string[];
  client: () => string;
}

function randomPool(next: Random): Pool {
  return {
    managers: Array.from({ length: 10 }, (_, index) => String(150 + index)),
    client: () => `+37529000${String(1000 + Math.floor(next() * 9000))}`,
  };
}

const LINES = ['0001363', '0001364', '0001366', '0001370'];

/** Values for all fields of a scenario that its schema takes. */
export function choose(fields: readonly Field[], pool: Pool, next: Random): Values {
  const chosen: Record<string, string | string[]> = {};
  for (const field of fields) {
    const taken = (field.differsFrom ?? []).flatMap((name) => chosen[name] ?? []);
    chosen[field.name] = valueOf(field, chosen, taken, pool, next);
  }
  return chosen;
}

function valueOf(
  { kind, oneOf }: Field,
  chosen: Record<string, string | string[]>,
  taken: string[],
  pool: Pool,
  next: Random,
): string | string[] {
  const free = (all: string[]): string[] => all.filter((each) => !taken.includes(each));
  switch (kind) {
    case 'client':
    case 'mobile': {
      let phone = pool.client();
      while (taken.includes(phone)) phone = pool.client();
      return phone;
    }
    case 'manager':
      return pick(free(oneOf === undefined ? pool.managers : [chosen[oneOf] ?? []].flat()), next);
    case 'managers':
      return shuffled(free(pool.managers), next).slice(0, 1 + Math.floor(next() * 4));
    case 'line':
      return pick(free(LINES), next);
    case 'followMe':
      return '300';
  }
}

export function pick<T>(all: readonly T[], next: Random): T {
  const one = all[Math.floor(next() * all.length)];
  if (one === undefined) throw new Error('nothing to pick from');
  return one;
}

export function shuffled<T>(all: readonly T[], next: Random): T[] {
  return all
    .map((item) => ({ item, at: next() }))
    .toSorted((one, other) => one.at - other.at)
    .map(({ item }) => item);
}

/** A scenario played with random values: the same for the same seed. */
export function playedBy(each: CallScenario, seed: number): { values: Values; events: TimedEvent[] } {
  const next = random(seed * 7919 + each.code.length);
  for (let warmUp = 0; warmUp < 5; warmUp += 1) next();
  const values = each.values.parse(choose(each.fields, randomPool(next), next));
  return { values, events: each.eventsOf(values, hostAt(newIds())) };
}

export const hostTime = (unixMs: number): string => localTime(unixMs, TIMEZONE);

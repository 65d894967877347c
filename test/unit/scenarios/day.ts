import type { ExpectedCall, TimedEvent } from '../../../services/emulator/src/scenarios/call.js';
import { together, type Planned } from '../../../services/emulator/src/scenarios/faults/together.js';
import type { Field, Values } from '../../../services/emulator/src/scenarios/fields.js';
import { scenarios } from '../../../services/emulator/src/scenarios/scenarios.js';
import { eventsFrom } from '../../../services/emulator/src/scenarios/script/eventsFrom.js';
import { random } from '../../fixtures/mix.js';
import { BEGAN_AT, choose, hostAt, newIds, pick, shuffled, TOKEN, type Pool, type Random } from './chosen.js';

const MANAGERS = Array.from({ length: 10 }, (_, index) => String(150 + index));
const CALLS = 240;
/** Two calls at a time on average. */
const MEAN_PAUSE_MS = 20_000;
const REST_MS = 3_000;

/** How many of 240 calls; every other scenario comes once or twice. */
const OFTEN: Readonly<Record<string, number>> = {
  '2-1': 28,
  '2-2': 14,
  '2-3': 26,
  '2-4': 14,
  '1-1': 36,
  '1-8': 18,
  '1-2': 20,
  '3-1': 14,
  '3-2': 8,
};

/** Rings a manager for a call that never comes: click-to-call, monitoring. Nobody sees it. */
const SERVICE_LEG = `
0 open {manager} SIP/{manager} {manager}
0 dial! 2 {manager} - {manager} -
6 hangup! 2 0 {manager} - - -`;

interface Day {
  events: TimedEvent[];
  expected: ExpectedCall[];
}

/**
 * A day of one host: 240 calls of all kinds, most of them simple. A manager talks in one call at a time but may be
 * rung in another one meanwhile; clients call again, and some have two calls at once.
 */
export function dayOf(seed: number): Day {
  const next = random(seed);
  const ids = newIds();
  const freeFrom = new Map<string, number>(MANAGERS.map((manager) => [manager, 0]));
  const planned: Planned[] = [];
  const expected: ExpectedCall[] = [];
  let now = 0;
  for (const code of codesOf(next)) {
    now += Math.floor(-Math.log(1 - next()) * MEAN_PAUSE_MS);
    const each = scenarios.find((scenario) => scenario.code === code);
    if (!each) throw new Error(`no scenario ${code}`);
    const pool: Pool = { managers: shuffled(MANAGERS, next), client: () => clientOf(next) };
    while (free(freeFrom, now).length < 4) now += 5_000;
    const values = each.values.parse(withFree(each.fields, pool, free(freeFrom, now), next));
    const events = each.eventsOf(values, hostAt(ids, BEGAN_AT + now));
    const until = now + (events.at(-1)?.offset_ms ?? 0) + REST_MS;
    for (const manager of busyIn(each.fields, values)) freeFrom.set(manager, until);
    planned.push({ token: TOKEN, beginsAfterMs: now, events });
    expected.push(...each.expectedOf(values).calls);
    if (next() < 0.37) planned.push(serviceLeg(freeFrom, ids, now, next));
  }
  return { events: together(planned), expected };
}

function codesOf(next: Random): string[] {
  const rare = scenarios.map(({ code }) => code).filter((code) => OFTEN[code] === undefined);
  const often = Object.entries(OFTEN).flatMap(([code, count]) => Array.from({ length: count }, () => code));
  const filled = [...often, ...rare];
  while (filled.length < CALLS) filled.push(pick(rare, next));
  return shuffled(filled, next);
}

const free = (freeFrom: Map<string, number>, at: number): string[] =>
  [...freeFrom].filter(([, from]) => from <= at).map(([manager]) => manager);

/** Sixty clients: they call again, and now and then one has two calls at once. */
const clientOf = (next: Random): string => `+3752900020${String(10 + Math.floor(next() * 60))}`;

/** Whoever talks or redirects must be free; whoever only rings need not be. */
function withFree(fields: readonly Field[], pool: Pool, freeManagers: string[], next: Random): Values {
  for (let attempt = 0; attempt < 1_000; attempt += 1) {
    const chosen = choose(fields, pool, next);
    const values = { ...chosen, ...mobilesOf(fields, chosen) };
    if (busyIn(fields, values).every((manager) => freeManagers.includes(manager))) return values;
  }
  throw new Error('nobody is free');
}

/** Every manager has a mobile of their own. */
function mobilesOf(fields: readonly Field[], values: Values): Record<string, string> {
  return Object.fromEntries(
    fields
      .filter(({ kind }) => kind === 'mobile')
      .map(({ name, of = '' }) => [name, `+3752900030${[values[of] ?? []].flat()[0]?.slice(1) ?? ''}`]),
  );
}

function busyIn(fields: readonly Field[], values: Values): string[] {
  return fields.flatMap(({ name, kind, of }) => {
    if (kind === 'manager') return [values[name] ?? []].flat();
    return kind === 'mobile' && of !== undefined ? [values[of] ?? []].flat().slice(0, 1) : [];
  });
}

function serviceLeg(
  freeFrom: Map<string, number>,
  ids: { channels: number; bridges: number },
  now: number,
  next: Random,
): Planned {
  const beginsAfterMs = now + Math.floor(next() * 10_000);
  const manager = pick(MANAGERS, next);
  const events = eventsFrom(SERVICE_LEG, { manager }, hostAt(ids, BEGAN_AT + beginsAfterMs));
  if ((freeFrom.get(manager) ?? 0) <= beginsAfterMs) freeFrom.set(manager, beginsAfterMs + 6_000 + REST_MS);
  return { token: TOKEN, beginsAfterMs, events };
}

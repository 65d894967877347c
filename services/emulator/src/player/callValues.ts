import { randomUUID } from 'node:crypto';
import { localTime } from './localTime.js';
import type { Values } from './fill.js';

interface CallParts {
  /** Who and where: token, client, line, … */
  given: Readonly<Record<string, string>>;
  /** IANA name of the tenant's zone: hosts send local times. */
  timezone: string;
  /** Counts the channels of the host, so that no two have one id. */
  nextChannel: () => number;
  /** Unix milliseconds. */
  now: () => number;
}

/**
 * The values of one call: what is given, the times, and ids that are made when they are first met and stay the same.
 *
 * The values throw an Error for a name that nothing is known about: a scenario with a slip of the pen.
 */
export function createCallValues({ given, timezone, nextChannel, now }: CallParts): Values {
  const made = new Map<string, string>();
  const once = (name: string, make: () => string): string => {
    const value = made.get(name) ?? make();
    made.set(name, value);
    return value;
  };
  const startedAt = localTime(now(), timezone);
  return (name) => {
    const value = given[name];
    if (value !== undefined) return value;
    if (name === 'startedAt') return startedAt;
    if (name === 'now') return localTime(now(), timezone);
    if (/^U\d+$/.test(name)) return once(name, () => `${Math.floor(now() / 1_000)}.${nextChannel()}`);
    if (/^B\d+$/.test(name)) return once(name, randomUUID);
    throw new Error(`the scenario wants {${name}}, which is not known`);
  };
}

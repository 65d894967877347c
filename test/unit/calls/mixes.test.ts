import { describe, expect, it } from 'vitest';
import { liveFixtures, type FixtureEvent } from '../../fixtures/fixtures.js';
import { copyOf, mixed, random, type Played } from '../../fixtures/mix.js';
import { atOnce, pairsSwapped, twice } from '../../fixtures/variants.js';
import { comparable, finished } from './folded.js';

const CALLS = 60;
const TEN_MINUTES = 600_000;

/** Sixty calls of all kinds on one host within ten minutes, each with a client and managers of its own. */
function busyHost(seed: number): Played {
  const next = random(seed);
  const parts = Array.from({ length: CALLS }, (_, index) => {
    const fixture = liveFixtures[Math.floor(next() * liveFixtures.length)];
    if (!fixture) throw new Error('no fixtures');
    const client = `1${String(100_000 + index)}`;
    return copyOf(fixture, index + 1, Math.floor(next() * TEN_MINUTES), client, String(20 + index));
  });
  return mixed(parts);
}

const ways: [string, (events: FixtureEvent[]) => FixtureEvent[]][] = [
  ['in order', (events) => events],
  ['each event twice', twice],
  ['neighbours swapped', (events) => pairsSwapped(events, 0)],
  ['the other neighbours swapped', (events) => pairsSwapped(events, 1)],
  ['all at once', atOnce],
];

describe.each(ways)('calls of a busy host, %s', (_way, played) => {
  it.each([1, 2, 3, 4, 5, 6])('do not mix (seed %i)', (seed) => {
    const { events, expected } = busyHost(seed);
    expect(finished(played(events))).toEqual(comparable(expected));
  });
});

import { describe, expect, it } from 'vitest';
import { liveFixtures } from '../../fixtures/fixtures.js';
import { atOnce, lateAgain, pairsSwapped, swappedAt, twice } from '../../fixtures/variants.js';
import { comparable, finished } from './folded.js';

describe.each(liveFixtures)('$name', ({ events, expected_calls = [] }) => {
  const expected = comparable(expected_calls);

  it('is told right in order', () => {
    expect(finished(events)).toEqual(expected);
  });

  it('is told right when all events come at once', () => {
    expect(finished(atOnce(events))).toEqual(expected);
  });

  it('is not changed by repetition', () => {
    expect(finished(twice(events))).toEqual(expected);
    expect(finished([...events, ...events])).toEqual(expected);
  });

  it('is not changed by an event that comes once more, however late', () => {
    for (const index of events.keys()) {
      for (const repeated of lateAgain(events, index)) {
        expect(finished(repeated), `once more: ${String(index)}`).toEqual(expected);
      }
    }
  });

  it('is told right whichever two neighbours are swapped', () => {
    for (let index = 0; index + 1 < events.length; index += 1) {
      expect(finished(swappedAt(events, index)), `swapped at ${String(index)}`).toEqual(expected);
    }
  });

  it('is told right with all neighbours swapped', () => {
    expect(finished(pairsSwapped(events, 0))).toEqual(expected);
    expect(finished(pairsSwapped(events, 1))).toEqual(expected);
  });
});

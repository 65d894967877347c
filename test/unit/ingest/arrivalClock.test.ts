import { expect, test } from 'vitest';
import { createArrivalClock } from '../../../services/core/src/ingest/arrivalClock.js';

test('arrivals do not go back in time when the clock is adjusted, but do when it was wrong', () => {
  const times = [1_000_000, 999_000, 1_000_001, 100];
  let step = 0;
  const arrival = createArrivalClock(() => times[step++] ?? 0);
  expect(times.map(() => arrival().getTime())).toEqual([1_000_000, 1_000_000, 1_000_001, 100]);
});

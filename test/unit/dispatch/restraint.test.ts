import { expect, it } from 'vitest';
import { createRestraint } from '../../../services/core/src/dispatch/restraint.js';

function restraintAt(clock: { now: number }) {
  return createRestraint({ atOnce: 20, tryEveryMs: 1_000, now: () => clock.now });
}

it('while the gateway stores events, all may go', () => {
  const restraint = restraintAt({ now: 0 });
  restraint.worked();
  expect([restraint.mayBegin(), restraint.mayBegin()]).toEqual([20, 20]);
});

it('a gateway that is away is tried by one event at a time, however many fail meanwhile', () => {
  const clock = { now: 5_000 };
  const restraint = restraintAt(clock);
  restraint.failed();
  expect([restraint.mayBegin(), restraint.mayBegin()]).toEqual([1, 0]);
  restraint.failed();
  clock.now += 999;
  expect(restraint.mayBegin()).toBe(0);
  clock.now += 1;
  expect([restraint.mayBegin(), restraint.mayBegin()]).toEqual([1, 0]);
});

it('the first event that is stored lets all go', () => {
  const restraint = restraintAt({ now: 0 });
  restraint.failed();
  restraint.worked();
  expect(restraint.mayBegin()).toBe(20);
});

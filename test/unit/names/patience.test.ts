import { expect, it } from 'vitest';
import { createPatience, type Patience } from '../../../services/core/src/names/patience.js';

const A = '+375290000001';
const B = '+375290000002';

/** A question of which it is known how it ended. */
function answered(patience: Patience, from: number, to: number, isAnswered = true): void {
  patience.began(A, from);
  patience.ended(A, isAnswered, to);
}

it('a message waits for the first answer, and no longer than the question has been open', () => {
  const patience = createPatience(300);
  expect(patience.waitMs(A, 1_000)).toBe(300);
  patience.began(A, 1_000);
  patience.began(A, 1_050);
  expect(patience.waitMs(A, 1_100)).toBe(200);
  expect(patience.waitMs(B, 1_100)).toBe(300);
});

it('goes on waiting as long as answers come in time', () => {
  const patience = createPatience(300);
  answered(patience, 1_000, 1_300);
  expect(patience.waitMs(B, 1_400)).toBe(300);
});

it.each([
  ['came late', 1_301, true],
  ['failed', 1_010, false],
])('waits for nothing after an answer that %s, until one comes in time again', (_how, ended, isAnswered) => {
  const patience = createPatience(300);
  answered(patience, 1_000, ended, isAnswered);
  expect(patience.waitMs(B, 2_000)).toBe(0);
  answered(patience, 2_000, 2_900);
  expect(patience.waitMs(B, 3_000)).toBe(0);
  answered(patience, 3_000, 3_010);
  expect(patience.waitMs(B, 3_020)).toBe(300);
});

it('does not wait for a question to fail before it stops waiting', () => {
  const patience = createPatience(300);
  patience.began(A, 1_000);
  expect(patience.waitMs(B, 1_299)).toBe(300);
  expect(patience.waitMs(B, 1_300)).toBe(0);
  patience.ended(A, false, 4_000);
  expect(patience.waitMs(B, 4_001)).toBe(0);
});

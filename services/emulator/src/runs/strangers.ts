import type { Manager } from '../directory/directory.js';

const FIRST = 1_000;
const COUNT = 9_000;
/** More than any scenario has. */
const GROUP = 12;

/**
 * Makes up managers, others each time (as long as there are four-digit numbers), so that calls at the same time share
 * nobody.
 *
 * @param pick a whole number from 0 to below its argument: where the numbers begin
 */
export function createStrangers(pick: (below: number) => number): () => Manager[] {
  let last = pick(COUNT);
  const next = (): string => {
    last = (last + 1) % COUNT;
    return String(FIRST + last);
  };
  return () => Array.from({ length: GROUP }, () => ({ extension: next(), name: '', mobile: null, follow_me: next() }));
}

/** The largest number; -Infinity of none. `Math.max(...numbers)` fails with a hundred thousand of them. */
export const largest = (numbers: readonly number[]): number =>
  numbers.reduce((one, other) => Math.max(one, other), -Infinity);

/** The smallest number; Infinity of none. */
export const smallest = (numbers: readonly number[]): number =>
  numbers.reduce((one, other) => Math.min(one, other), Infinity);

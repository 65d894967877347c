import { expect, it } from 'vitest';
import { isNestedDeeper } from '../../../shared/src/runtime/isNestedDeeper.js';

const nested = (levels: number): unknown => JSON.parse('{"a":['.repeat(levels / 2) + ']}'.repeat(levels / 2));

it.each([
  ['no container at all', null, 0, false],
  ['a list', [], 0, true],
  ['as many levels as there may be', nested(100), 100, false],
  ['one level more', [nested(100)], 100, true],
  ['the deepest of several values', [1, [], { a: [2, nested(100)] }], 100, true],
  ['more levels than a stack has room for', nested(1_000_000), 100, true],
  ['none of them too deep, however many', Array.from({ length: 100_000 }, () => [{}]), 3, false],
])('%s', (_what, value, levels, isDeeper) => {
  expect(isNestedDeeper(value, levels)).toBe(isDeeper);
});

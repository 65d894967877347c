import fc from 'fast-check';
import { hostileKey, hostileText } from './hostileText.js';

/** A single surrogate cannot be escaped. */
const escaped = (value: string): string => encodeURIComponent(Buffer.from(value).toString());

/** A part of a path or a query: sound, escaped or raw. */
export const hostilePart = (sound: string): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 3, arbitrary: fc.constant(encodeURIComponent(sound)) },
    { weight: 2, arbitrary: hostileText.map((value) => escaped(value)) },
    {
      weight: 1,
      arbitrary: fc.constantFrom('%', '%ff', '%00', '%C3%28', '..%2f', '%2e%2e', ';', '*', 'a'.repeat(9_000)),
    },
  );

/** What a value in a query may be, brackets included. */
export const hostileQuery = (sound: string): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 2, arbitrary: fc.constant(sound) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(fc.constant(sound), hostileKey, hostileText)
        .map(([q, name, value]) => `${q}&${escaped(name)}=${escaped(value)}`),
    },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        'a[__proto__][x]=1',
        'enterprise[]=1&enterprise[]=2',
        '%',
        '=&=&',
        'phone=%ff',
        `x=${'y'.repeat(12_000)}`,
      ),
    },
  );

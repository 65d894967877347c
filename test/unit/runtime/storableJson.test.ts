import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { storableJson } from '../../../shared/src/runtime/storableJson.js';

describe('JSON that jsonb can hold', () => {
  test.each([
    [String.raw`{"a":"\u0000"}`, String.raw`{"a":"\ufffd"}`],
    [String.raw`{"\u0000":[{"b":"x\u0000y"}]}`, String.raw`{"\ufffd":[{"b":"x\ufffdy"}]}`],
    [String.raw`"\ud83d"`, String.raw`"\ufffd"`],
    [String.raw`"\uDE00\ud83d"`, String.raw`"\ufffd\ufffd"`],
    [String.raw`"\ud83d\ud83d\ude00"`, String.raw`"\ufffd\ud83d\ude00"`],
  ])('has no NUL and no single surrogate: %s', (json, storable) => {
    expect(storableJson(json)).toBe(storable);
  });

  test.each([
    String.raw`{"a":"\\u0000","b":"\\\\ud800"}`,
    String.raw`{"a":"\u0430\n\"\/\ud83d\ude00"}`,
    '{"a":1.10,"b":1e5,"c":-1.50E-99}',
    String.raw`{"a":"1e131071","1e999":"\"1e999,\\","b":1e5}`,
  ])('is otherwise as it was: %s', (json) => {
    expect(storableJson(json)).toBe(json);
  });

  test.each([
    ['{"a":1e131071,"b":[-1.5E-0400, 1e+100]}', '{"a":"1e131071","b":["-1.5E-0400", "1e+100"]}'],
    [String.raw`{"\"":1e999}`, String.raw`{"\"":"1e999"}`],
  ])('has no number of hundreds of digits: %s', (json, storable) => {
    expect(storableJson(json)).toBe(storable);
  });

  test('is as it was, however long a string with such a number is', () => {
    const json = `{"a":"${'\\\\x'.repeat(30_000)} 1e999"}`;
    expect(storableJson(json)).toBe(json);
  });

  test.each(['{1e999:1}', '[01e999]', '{"a":1e999', '"1e999'])('is not made of what is no JSON: %s', (text) => {
    expect(() => void JSON.parse(storableJson(text))).toThrow(SyntaxError);
  });

  test('means the same but for what cannot be held', () => {
    const text = fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)) });
    const awkward = fc.string({ unit: fc.constantFrom('\u0000', '\\', 'u', '0', '\ud83d', '\ude00', '"', 'd') });
    fc.assert(
      fc.property(fc.oneof(text, awkward), (value) => {
        const stored: unknown = JSON.parse(storableJson(JSON.stringify({ value })));
        expect(stored).toEqual({ value: Buffer.from(value).toString().replaceAll('\u0000', '\ufffd') });
      }),
    );
  });
});

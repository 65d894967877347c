import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { storableJson } from '../../../services/core/src/ingest/storableJson.js';

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
    '{"a":1.10,"b":1e5}',
  ])('is otherwise as it was: %s', (json) => {
    expect(storableJson(json)).toBe(json);
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

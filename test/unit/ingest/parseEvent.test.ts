import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseEvent, type ParsedEvent } from '../../../services/core/src/ingest/parseEvent.js';

function parsed(body: string, tokenHeader?: string): ParsedEvent {
  const event = parseEvent(Buffer.from(body), tokenHeader);
  if (typeof event === 'string') throw new Error(event);
  return event;
}

describe('an event is parsed', () => {
  test('into its ids and its body as it was written', () => {
    const body = '{"Token":"375293332255", "UniqueId":"1759230684.16","BridgeUniqueid":"b-1","Нечто":[1.10,null]}';
    expect(parsed(body)).toEqual({ token: '375293332255', uniqueId: '1759230684.16', bridgeId: 'b-1', body });
  });

  test('with the token of the header when the body has none', () => {
    expect(parsed('{"UniqueId":"1.2"}', ' 375293332255 ').token).toBe('375293332255');
    expect(parsed('{"Token":"","UniqueId":"1.2"}', '375293332255').token).toBe('375293332255');
    expect(parsed('{"Token":"1","UniqueId":"1.2"}', '375293332255').token).toBe('1');
  });

  test('with numbers for strings, no digit lost', () => {
    const event = parsed('{"Token":375293332255,"UniqueId": 1759230684.10 ,"BridgeUniqueid":7}');
    expect(event).toMatchObject({ token: '375293332255', uniqueId: '1759230684.10', bridgeId: '7' });
    expect(parsed('{"x":{"UniqueId":5},"UniqueId":7.10,"Token":-1e3}')).toMatchObject({
      token: '-1000',
      uniqueId: '7.10',
    });
  });

  test.each(['null', '{"a":1}', '["x"]', 'true'])('without an id that is %s', (value) => {
    expect(parsed(`{"Token":"1","UniqueId":${value},"BridgeUniqueid":${value}}`)).toMatchObject({
      uniqueId: '',
      bridgeId: '',
    });
  });

  test('with ids of a length that can be indexed', () => {
    const event = parsed(JSON.stringify({ Token: '1'.repeat(5_000), UniqueId: 'x'.repeat(5_000) }));
    expect([event.token.length, event.uniqueId.length]).toEqual([200, 200]);
    expect(event.body).toHaveLength(10_026);
  });

  test('without looking at prototypes', () => {
    expect(parseEvent(Buffer.from('{"__proto__":{"Token":"375293332255"}}'), undefined)).toMatch(/^Token is missing/);
    expect(Reflect.get({}, 'Token')).toBeUndefined();
  });

  test('however deep it is nested', () => {
    const deep = `{"Token":"1","x":${'['.repeat(10_000)}${']'.repeat(10_000)}}`;
    expect(parsed(deep).body).toBe(deep);
  });
});

describe('what is wrong with a body is said', () => {
  test.each([
    ['', 'the body is empty'],
    ['  ', 'the body is empty'],
    ['{"Token":', 'the body is not JSON'],
    ['Token=1', 'the body is not JSON'],
    ['[1]', 'the body is not a JSON object'],
    ['"text"', 'the body is not a JSON object'],
    ['null', 'the body is not a JSON object'],
    ['{}', 'Token is missing: neither in the body nor in the Token header'],
    ['{"Token":{"a":1}}', 'Token is missing: neither in the body nor in the Token header'],
  ])('%j', (body, problem) => {
    expect(parseEvent(Buffer.from(body), undefined)).toBe(problem);
  });

  test('and never by throwing', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(['string', 'object']).toContain(typeof parseEvent(Buffer.from(bytes), undefined));
      }),
    );
  });
});

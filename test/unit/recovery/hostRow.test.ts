import { describe, expect, it } from 'vitest';
import { createHostTime } from '../../../services/core/src/recovery/hostTime.js';
import { read, row, TOKEN } from './row.js';

describe('a row of a host log', () => {
  it.each([
    ['no object', 'text', 'строка не объект JSON'],
    ['a list', [], 'строка не объект JSON'],
    ['without an event', { request: '{}' }, 'нет столбца event'],
    ['of no call', { event: 'ping', request: '{}' }, 'не событие звонка: ping'],
    ['without a request', { event: 'dial' }, 'нет столбца request'],
    ['with half a request', { event: 'dial', request: '{"UniqueId": "1.1"' }, 'запрос (request) не JSON'],
    ['with a foreign token', { event: 'dial', request: { Token: '1', UniqueId: '1.1' } }, 'токен другой компании'],
    ['of no channel', { event: 'dial', request: { Token: TOKEN } }, 'нет ни UniqueId, ни BridgeUniqueid'],
    ['of no time', { event: 'dial', request: { UniqueId: 'x' } }, 'время (DateTime) не читается'],
    ['that is huge', { event: 'dial', request: `"${'x'.repeat(70_000)}"` }, 'слишком длинный запрос (70002 знаков)'],
  ])('%s brings no event', (_, raw, reason) => {
    expect(read(raw)).toMatchObject({ reason });
  });

  it('brings no event when a column is nested deeper than can be written again', () => {
    const depth = 100_000;
    const deep: unknown = JSON.parse(`${'['.repeat(depth)}${']'.repeat(depth)}`);
    expect(read({ event: 'dial', request: deep })).toMatchObject({ reason: 'слишком глубокая вложенность' });
    expect(read({ event: deep })).toMatchObject({ reason: 'слишком глубокая вложенность' });
  });

  it('names its columns by any case, and is a dial as a path too', () => {
    expect(row({ DATETIME: '2025-10-01 10:00:00', event: '/Dial/'.replace(/\/$/, '') })).toMatchObject({
      eventType: 'dial',
    });
  });

  it('without a readable time is as old as its channel', () => {
    expect(row({ DateTime: '0000-00-00 00:00:00' }).at).toBe(1_759_302_000_000);
  });

  it('says the same whatever the order of its keys and the types of its numbers', () => {
    const same = { Phone: 375290000002, UniqueId: '1759302000.1', Token: TOKEN };
    expect(row({ request: same }).content).toBe(row().content);
    expect(row({ request: { ...same, CallType: 0 } }).content).not.toBe(row().content);
    expect(row({ event: 'hangup' }).content).not.toBe(row().content);
  });

  it('keeps a UniqueId that is a number as it was written', () => {
    const request = `{"Token": "${TOKEN}", "UniqueId": 1759302000.10}`;
    expect(row({ request }).event.uniqueId).toBe('1759302000.10');
    expect(row({ request }).content).not.toBe(row({ request: request.replace('.10', '.1') }).content);
  });

  it('however deeply nested is read', () => {
    const request = `{"Token": "${TOKEN}", "UniqueId": "1.1", "deep": ${'['.repeat(20_000)}${']'.repeat(20_000)}}`;
    expect(row({ request }).content).toHaveLength(28);
  });
});

describe("a host's time", () => {
  it.each([
    ['Europe/Minsk', '2025-10-01 00:00:05', '2025-09-30T21:00:05.000Z'],
    ['Europe/Minsk', '2025-10-01T00:00:05.5', '2025-09-30T21:00:05.500Z'],
    ['Europe/Minsk', '1970-01-01 03:00:35', '1970-01-01T00:00:35.000Z'],
    ['Europe/Warsaw', '2025-03-30 01:59:59', '2025-03-30T00:59:59.000Z'],
    ['Europe/Warsaw', '2025-03-30 03:00:00', '2025-03-30T01:00:00.000Z'],
    ['America/New_York', '2025-11-02 03:00:00', '2025-11-02T08:00:00.000Z'],
  ])('in %s: %s', (zone, text, iso) => {
    expect(new Date(createHostTime(zone)(text) ?? NaN).toISOString()).toBe(iso);
  });

  it('may be none', () => {
    for (const text of ['', 'None', '10:00:00', '1899-12-30 00:00:00'])
      expect(createHostTime('Europe/Minsk')(text)).toBeNull();
  });
});

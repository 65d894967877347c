import { describe, expect, it } from 'vitest';
import { inBatches } from '../../../shared/src/operate/replay/batches.js';
import { readCommand } from '../../../shared/src/operate/replay/command.js';
import { clockText, momentOf } from '../../../shared/src/operate/zoneClock.js';

const event = (id: number, unique_id: string, bridge_id = '', call_uuid: string | null = null) => ({
  ...{ id, unique_id, bridge_id, call_uuid },
});
const ids = (batches: { id: number }[][]): number[][] => batches.map((batch) => batch.map(({ id }) => id));

describe('batches of events', () => {
  it('never part what shares a channel, a bridge or a call, and keep the order', () => {
    const events = [
      event(1, 'a'),
      event(2, 'b'),
      event(3, 'c', 'bridge'),
      event(4, 'a', 'bridge'),
      event(5, 'd', '', 'call'),
      event(6, 'b', '', 'call'),
      event(7, ''),
    ];
    expect(ids(inBatches(events, 1))).toEqual([[1, 3, 4], [2, 5, 6], [7]]);
    expect(ids(inBatches(events, 6))).toEqual([[1, 2, 3, 4, 5, 6], [7]]);
    expect(inBatches([], 5)).toEqual([]);
  });

  it('are made of thousands of events at once', () => {
    const events = Array.from({ length: 20_000 }, (_, id) => event(id, `channel${id >> 3}`, `bridge${id >> 4}`));
    const batches = inBatches(events, 250);
    expect(batches.flat()).toHaveLength(events.length);
    expect(Math.max(...batches.map((batch) => batch.length))).toBeLessThanOrEqual(250);
  });
});

describe('times that operators write', () => {
  it.each([
    ['2025-09-30T10:00', 'Europe/Minsk', '2025-09-30T07:00:00.000Z'],
    ['2025-09-30 10:00:05', 'Europe/Minsk', '2025-09-30T07:00:05.000Z'],
    ['2025-09-30', 'Asia/Vladivostok', '2025-09-29T14:00:00.000Z'],
    ['2025-09-30T10:00+05:00', 'Europe/Minsk', '2025-09-30T05:00:00.000Z'],
    ['2025-09-30T10:00Z', 'Europe/Minsk', '2025-09-30T10:00:00.000Z'],
    ['2025-03-30T04:00', 'Europe/Berlin', '2025-03-30T02:00:00.000Z'],
    ['2025-03-30T01:00', 'Europe/Berlin', '2025-03-30T00:00:00.000Z'],
    ['2025-10-26T12:00', 'Europe/Berlin', '2025-10-26T11:00:00.000Z'],
  ])('%s in %s is %s', (text, zone, expected) => {
    expect(momentOf(text, zone)?.toISOString()).toBe(expected);
  });

  it.each(['', 'вчера', '2025-13-01', '2025-02-30', '2025-09-30T25:00', '10:00', '1759230684'])(
    '%j is none',
    (text) => {
      expect(momentOf(text, 'Europe/Minsk')).toBeNull();
    },
  );

  it('are told by the clocks of the zone', () => {
    expect(clockText(new Date('2025-09-30T07:00:00Z'), 'Europe/Minsk')).toBe('30.09.2025 10:00:00');
  });
});

describe('the command line of replay', () => {
  it('is read', () => {
    expect(readCommand(['--call', '1.2', '--target', 'ms', '--again', '--dry-run'])).toEqual({
      which: { kind: 'call', uniqueId: '1.2', enterprise: undefined },
      ...{ target: 'moysklad', again: true, dryRun: true },
    });
    expect(readCommand(['--unassigned'])).toMatchObject({ which: { kind: 'unassigned' }, target: undefined });
    expect(readCommand([])).toBe('help');
  });

  it.each([
    [['--enterprise', '0367']],
    [['--from', '2025-09-30']],
    [['--call', '1.2', '--unassigned']],
    [['--call', '1.2', '--target', 'amo']],
    [['--call', '1.2', '--again']],
    [['--call', '1.2', '--target', 'telegram', '--again']],
    [['--unassigned', '--target', 'uon']],
    [['--call', '1.2', 'extra']],
    [['--wrong']],
  ])('%j is not guessed at', (words) => {
    expect(() => readCommand(words)).toThrow();
  });
});

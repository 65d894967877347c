import { describe, expect, it } from 'vitest';
import type { KnownEvent } from '@live-calls/shared/db';
import { createAttempts } from '../../../services/core/src/recovery/attempts.js';
import { compare } from '../../../services/core/src/recovery/compare.js';
import { createHostClock } from '../../../services/core/src/recovery/hostClock.js';
import type { HostRow } from '../../../services/core/src/recovery/hostRow.js';
import { row } from './row.js';

const clock = (seconds: number): string =>
  `2025-10-01 10:0${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
const at = (seconds: number, status = 'Timeout'): HostRow => row({ DateTime: clock(seconds), status });

const known = (id: number, like: HostRow, lateMs = 0): KnownEvent => ({
  id,
  unique_id: like.event.uniqueId,
  bridge_id: like.event.bridgeId,
  event_type: like.eventType,
  event_timestamp: new Date(like.at + lateMs),
  raw_data: JSON.parse(like.event.body),
  forgotten: false,
});

const kinds = (rows: HostRow[], events: KnownEvent[], claimed = new Set<number>()) =>
  compare(rows, events, claimed).map((found) => (found.is === 'arrived' ? found.event.id : found.is));

describe('comparing rows with what is stored', () => {
  it('gives a stored event to the row nearest in time, and to one row only', () => {
    expect(kinds([at(0), at(20)], [known(1, at(20), 800)])).toEqual(['missing', 1]);
    expect(kinds([at(0), at(20)], [known(1, at(20)), known(2, at(0))])).toEqual([2, 1]);
  });

  it('lets rows that were accepted choose first', () => {
    expect(kinds([at(0), at(20, '<Response [200]>')], [known(1, at(0))])).toEqual(['missing', 1]);
  });

  it('does not give away what was given before', () => {
    expect(kinds([at(0)], [known(1, at(0))], new Set([1]))).toEqual(['missing']);
  });

  it('pairs crowds of identical rows in order', () => {
    const rows = Array.from({ length: 200 }, (_, n) => at(n));
    expect(
      kinds(
        rows,
        rows.slice(0, 150).map((each, n) => known(n, each)),
      ),
    ).toEqual([...Array.from({ length: 150 }, (_, n) => n), ...Array.from({ length: 50 }, () => 'missing')]);
  });

  it('tells what belongs to a forgotten call apart', () => {
    const hangup = row({ event: 'hangup' });
    expect(kinds([hangup], [{ ...known(1, at(0)), forgotten: true }])).toEqual(['forgotten']);
  });
});

describe("a host's clock", () => {
  const timesOf = (rows: HostRow[], events: KnownEvent[]): (string | undefined)[] => {
    const times = createHostClock()(compare(rows, events, new Set()));
    return rows.map((each) => times.get(each)?.toISOString());
  };
  const hangup = row({ event: 'hangup', DateTime: clock(30) });

  it('is believed while what was accepted shows that it is about right', () => {
    expect(timesOf([at(0, '<Response [200]>'), hangup], [known(1, at(0), 20_000)])).toEqual([
      undefined,
      '2025-10-01T07:00:30.000Z',
    ]);
  });

  it('is corrected by what was accepted beside it', () => {
    expect(timesOf([hangup, at(0, '<Response [200]>')], [known(1, at(0), 3_600_000)])).toEqual([
      '2025-10-01T08:00:30.000Z',
      undefined,
    ]);
  });

  it('is not corrected by an event that may have been another one', () => {
    expect(timesOf([at(0), hangup], [known(1, at(0), 3_600_000)])).toEqual([undefined, '2025-10-01T07:00:30.000Z']);
  });
});

describe('attempts', () => {
  const told = (rows: HostRow[]): string[] => rows.map(createAttempts());

  it('a timeout is noted twice, in either order', () => {
    expect(told([at(0), at(0, '')])).toEqual(['new', 'repeated']);
    expect(told([at(0, ''), at(3)])).toEqual(['new', 'repeated']);
    expect(told([at(0), at(0, ''), at(5), at(5, '')])).toEqual(['new', 'repeated', 'new', 'repeated']);
  });

  it('what comes later or twice with the same status is another event', () => {
    expect(told([at(0), at(30, '')])).toEqual(['new', 'new']);
    expect(told([at(0), at(1)])).toEqual(['new', 'new']);
    expect(told([at(0, '<Response [502]>'), at(0, '')])).toEqual(['new', 'new']);
  });

  it('the same row of a file is read once', () => {
    const first = row({ id: 7, status: '<Response [404]>' });
    expect(told([first, first, row({ id: 8, status: '<Response [404]>' })])).toEqual(['new', 'repeated', 'new']);
  });
});

import { describe, expect, it } from 'vitest';
import { isZone, localTime, localTimeMs } from '@live-calls/shared/runtime';

describe('what a clock shows', () => {
  it.each([
    ['2025-09-30T11:15:00+03:00', 'Europe/Minsk', '2025-09-30 11:15:00'],
    ['2025-09-30T11:15:00+03:00', 'Asia/Vladivostok', '2025-09-30 18:15:00'],
    ['2025-12-31T23:30:00+03:00', 'Asia/Tokyo', '2026-01-01 05:30:00'],
    ['2025-09-29T21:00:00Z', 'Europe/Minsk', '2025-09-30 00:00:00'],
    // The hour that comes twice.
    ['2025-10-26T00:30:00Z', 'Europe/Berlin', '2025-10-26 02:30:00'],
    ['2025-10-26T01:30:00Z', 'Europe/Berlin', '2025-10-26 02:30:00'],
  ])('%s in %s', (iso, zone, shown) => {
    expect(localTime(iso, zone)).toBe(shown);
    expect(localTimeMs(iso, zone)).toBe(`${shown}.000`);
  });

  it('keeps milliseconds where they are wanted', () => {
    expect(localTimeMs('2025-09-30T11:15:00.025+03:00', 'Europe/Minsk')).toBe('2025-09-30 11:15:00.025');
  });

  it('exists in zones that exist', () => {
    expect(isZone('Europe/Minsk')).toBe(true);
    expect(isZone('Europe/Nowhere')).toBe(false);
    expect(() => localTime('2025-09-30T11:15:00Z', 'Europe/Nowhere')).toThrow(RangeError);
  });
});

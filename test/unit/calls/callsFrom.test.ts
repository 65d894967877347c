import { describe, expect, it } from 'vitest';
import type { Call } from '../../../services/core/src/calls/call.js';
import { callsFrom } from '../../../services/core/src/calls/fold/callsFrom.js';
import { readEvent } from '../../../services/core/src/calls/fold/event.js';
import { fixtures, type ExpectedCall, type Fixture, type FixtureEvent } from '../../fixtures/fixtures.js';

const START = Date.UTC(2025, 9, 1, 9, 0, 0);
const numbering = {
  country: 'BY',
  transformOf: (line: string) => (line === '3880001' ? '+375{9}' : null),
};

function fold(events: FixtureEvent[], now?: number): Call[] {
  const read = events.map((event, id) =>
    readEvent({
      id,
      event_type: event.event,
      event_timestamp: new Date(START + event.offset_ms),
      data_source: 'live',
      raw_data: event.body,
    }),
  );
  return callsFrom(read, numbering, now ?? Math.max(START, ...read.map((event) => event.at)) + 120_000);
}

function finished(events: FixtureEvent[]): ExpectedCall[] {
  return fold(events)
    .filter((call) => call.state === 'final')
    .map(({ direction, party, answered, talked, rang }) => ({
      direction,
      party,
      answered,
      talked,
      rang: rang.toSorted(),
    }))
    .sort((one, other) => JSON.stringify(one).localeCompare(JSON.stringify(other)));
}

const expected = (fixture: Fixture): ExpectedCall[] =>
  (fixture.expected_calls ?? []).map((call) => ({ ...call, rang: call.rang.toSorted() }));

const twice = (events: FixtureEvent[]): FixtureEvent[] => events.flatMap((event) => [event, event]);

const swappedAt = (events: FixtureEvent[], index: number): FixtureEvent[] => {
  const [one, other] = [events[index], events[index + 1]];
  if (!one || !other) return events;
  const swapped = [
    { ...other, offset_ms: one.offset_ms },
    { ...one, offset_ms: other.offset_ms },
  ];
  return [...events.slice(0, index), ...swapped, ...events.slice(index + 2)];
};

const pairsSwapped = (events: FixtureEvent[], from: number): FixtureEvent[] => {
  let swapped = events;
  for (let index = from; index + 1 < events.length; index += 2) swapped = swappedAt(swapped, index);
  return swapped;
};

const atOnce = (events: FixtureEvent[]): FixtureEvent[] => events.map((event) => ({ ...event, offset_ms: 0 }));

describe.each(
  fixtures.filter(
    (fixture) => fixture.events.length > 0 && !/^(edge_missing_token|edge_unknown_token|recovery_)/.test(fixture.name),
  ),
)('$name', (fixture) => {
  const { events } = fixture;

  it('is told right in order', () => {
    expect(finished(events)).toEqual(expected(fixture));
  });

  it('is told right when all events come at once', () => {
    expect(finished(atOnce(events))).toEqual(expected(fixture));
  });

  it('is not changed by repetition', () => {
    expect(finished(twice(events))).toEqual(expected(fixture));
    expect(finished([...events, ...events])).toEqual(expected(fixture));
  });

  it('is told right whichever two neighbours are swapped', () => {
    for (let index = 0; index + 1 < events.length; index += 1) {
      expect(finished(swappedAt(events, index)), `swapped at ${index}`).toEqual(expected(fixture));
    }
  });

  it('is told right with all neighbours swapped', () => {
    expect(finished(pairsSwapped(events, 0))).toEqual(expected(fixture));
    expect(finished(pairsSwapped(events, 1))).toEqual(expected(fixture));
  });
});

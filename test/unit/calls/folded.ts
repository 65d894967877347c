import type { Call } from '../../../services/core/src/calls/call.js';
import { callsFrom } from '../../../services/core/src/calls/fold/callsFrom.js';
import { readEvent } from '../../../services/core/src/calls/fold/event.js';
import type { ExpectedCall, FixtureEvent } from '../../fixtures/fixtures.js';

const START = Date.UTC(2025, 9, 1, 9, 0, 0);

// Two minutes: every silence is over. ms
const SILENCE = 120_000;

const numbering = {
  country: 'BY',
  transformOf: (line: string) => (line === '3880001' ? '+375{9}' : null),
};

/** Folds a sequence as seen so long after its last event. */
function folded(events: FixtureEvent[]): Call[] {
  const read = events.map((event, id) =>
    readEvent({
      id,
      unique_id: event.body['UniqueId'] as string,
      event_type: event.event,
      event_timestamp: new Date(START + event.offset_ms),
      data_source: 'live',
      raw_data: event.body,
    }),
  );
  return callsFrom(read, numbering, Math.max(START, ...read.map((event) => event.at)) + SILENCE);
}

/** What is to be compared with a fixture's `expected_calls`, in an order of its own. */
export const comparable = (calls: ExpectedCall[]): ExpectedCall[] =>
  calls
    .map(({ direction, party, answered, talked, rang }) => ({
      direction,
      party,
      answered,
      talked,
      rang: rang.toSorted(),
    }))
    .toSorted((one, other) => JSON.stringify(one).localeCompare(JSON.stringify(other)));

export const finished = (events: FixtureEvent[]): ExpectedCall[] =>
  comparable(folded(events).filter((call) => call.state === 'final'));

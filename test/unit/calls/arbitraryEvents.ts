import fc from 'fast-check';
import { readEvent, type CallEvent } from '../../../services/core/src/calls/fold/event.js';
import { EVENT_TYPES } from '../../../services/core/src/ingest/eventRoute.js';

const START = Date.UTC(2025, 9, 1);

/** Few of each, so that events have to do with each other. */
const IDS = ['1759300000.1', '1759300000.2', '1759300000.3', '1759300001.4', '1759300020.5', '1759300900.6', '3.7'];
const BRIDGES = ['a', 'b', 'c'];
const NUMBERS = [
  ...['375290000001', '+375 (29) 000-00-02', '80290000001', '150', '151', '152', '0001363', '2900001'],
  ...['<unknown>', 'SIP/150', ''],
];
const CHANNELS = [
  ...['SIP/150-0000000a', 'SIP/151-0000000b', 'SIP/0001363-0000000c', 'PJSIP/375290000001-0000000d'],
  ...['a', 'b'].flatMap((hex) => [1, 2].map((half) => `Local/150@mngr1_1-0000000${hex};${half}`)),
  ...[1, 2].map((half) => `Local/151@inoffice-0000000c;${half}`),
];
const HOST_TIMES = ['2025-10-01 03:00:00', '2025-10-01 03:00:42', '2025-09-31 25:61:61', '9999-99-99 99:99:99'];

/** Receipt, ms: mostly within minutes, sometimes in another age. */
const time = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 0, max: 400_000 }).map((ms) => START + ms) },
  { weight: 1, arbitrary: fc.constantFrom(0, -1, START - 86_400_000, Date.UTC(2100, 0), Date.UTC(9999, 11, 31)) },
);

/**
 * Events as a host may send them who means harm, oldest first: of the known types, mostly about the same few channels,
 * with anything at all in any field.
 *
 * @param text what stands where nobody expects it
 */
export function arbitraryEvents(text: fc.Arbitrary<string>): fc.Arbitrary<CallEvent[]> {
  const field = (sound: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
    fc.oneof(
      { weight: 12, arbitrary: sound },
      { weight: 2, arbitrary: text },
      { weight: 1, arbitrary: fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.double(), fc.array(text, { maxLength: 3 })) },
    );
  const number = field(fc.constantFrom(...NUMBERS));
  const body = fc.record(
    {
      Phone: number,
      CallerIDNum: number,
      ConnectedLineNum: number,
      Exten: number,
      Extensions: field(fc.array(fc.constantFrom(...NUMBERS, '150&151'), { maxLength: 3 })),
      Trunk: field(fc.constantFrom('0001363', '', '<unknown>')),
      Channel: field(fc.constantFrom(...CHANNELS)),
      BridgeUniqueid: field(fc.constantFrom(...BRIDGES)),
      CallType: field(fc.constantFrom(0, 1, 2, '0', '2')),
      CallStatus: field(fc.constantFrom('2', 2, '0')),
      StartTime: field(fc.constantFrom(...HOST_TIMES)),
      EndTime: field(fc.constantFrom(...HOST_TIMES)),
    },
    { requiredKeys: [] },
  );
  const told = fc.record({
    event_type: fc.constantFrom(...EVENT_TYPES),
    unique_id: fc.oneof({ weight: 12, arbitrary: fc.constantFrom(...IDS) }, { weight: 1, arbitrary: text }),
    event_timestamp: time.map((ms) => new Date(ms)),
    data_source: fc.constantFrom('live' as const, 'recovery' as const),
    raw_data: body,
  });
  return fc
    .array(told, { maxLength: 40, size: 'max' })
    .map((rows) =>
      rows
        .toSorted((one, other) => Number(one.event_timestamp) - Number(other.event_timestamp))
        .map((row, id) => readEvent({ id, ...row })),
    );
}

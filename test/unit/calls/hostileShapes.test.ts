import { describe, expect, it } from 'vitest';
import { callsFrom } from '../../../services/core/src/calls/fold/callsFrom.js';
import { TooMuchEffort } from '../../../services/core/src/calls/fold/effort.js';
import { readEvent, type CallEvent } from '../../../services/core/src/calls/fold/event.js';

/** Whoever has a host's token can send this; each took seconds, minutes or the stack once. */

const numbering = { country: 'BY', transformOf: () => null };

type Told = [type: string, body: Record<string, unknown>];

function fold(told: Told[]): ReturnType<typeof callsFrom> {
  const events: CallEvent[] = told.map(([type, body], index) =>
    readEvent({
      id: index,
      unique_id: body['UniqueId'] as string,
      event_type: type,
      event_timestamp: new Date(1_759_300_000_000 + index),
      data_source: 'live',
      raw_data: body,
    }),
  );
  return callsFrom(events, numbering, 1_759_300_000_000 + told.length);
}

const incoming: Told[] = [
  ['start', { UniqueId: '1759300000.1', Phone: '375290000001', Trunk: '0001363', CallType: 0 }],
  ['dial', { UniqueId: '1759300000.1', Phone: '375290000001', Trunk: '0001363', Extensions: ['150'], CallType: 0 }],
];
const hangup: Told = ['hangup', { UniqueId: '1759300000.1', Phone: '375290000001', CallType: 0, CallStatus: '2' }];
const join = (serial: number, bridge: string, more: Record<string, unknown> = {}): Told => [
  'bridge',
  { UniqueId: `1759300000.${String(serial)}`, BridgeUniqueid: bridge, ...more },
];
const each = (count: number, told: (index: number) => Told[]): Told[] =>
  Array.from({ length: count }, (_, index) => told(index)).flat();
const local = (index: number, half: 1 | 2): Record<string, unknown> => ({
  Channel: `Local/150@mngr1_1-${index.toString(16).padStart(8, '0')};${String(half)}`,
});

describe('a call is understood in time', () => {
  it('with hundreds of Local pairs between two bridges', () => {
    const calls = fold([
      ...incoming,
      join(1, 'a', { CallerIDNum: '375290000001' }),
      ...each(300, (index) => [join(2 * index + 10, 'a', local(index, 1)), join(2 * index + 11, 'b', local(index, 2))]),
      join(5, 'b', { Channel: 'SIP/150-0000000a' }),
    ]);
    expect(calls).toHaveLength(1);
    expect(calls[0]).toMatchObject({ state: 'talk', talked: ['150'] });
  });

  it('with Local pairs through a chain of bridges', () => {
    const calls = fold([
      ...incoming,
      join(1, 'b0', { CallerIDNum: '375290000001' }),
      ...each(60, (index) =>
        each(4, (pair) => [
          join(index * 8 + pair * 2 + 10, `b${String(index)}`, local(index * 4 + pair, 1)),
          join(index * 8 + pair * 2 + 11, `b${String(index + 1)}`, local(index * 4 + pair, 2)),
        ]),
      ),
    ]);
    expect(calls).toHaveLength(1);
  });

  it('with 150,000 events', () => {
    const calls = fold([...incoming, ...each(150_000, () => [join(1, 'a')]), hangup]);
    expect(calls[0]).toMatchObject({ state: 'final' });
  });

  it('with 20,000 channels in one bridge', () => {
    const calls = fold([...incoming, join(1, 'a'), ...each(20_000, (index) => [join(index + 10, 'a')]), hangup]);
    expect(calls).toHaveLength(1);
    expect(calls[0]?.channels).toHaveLength(20_001);
  });

  it('of 5,000 that ring inside at the same second', () => {
    const calls = fold(
      each(5_000, (index) => [
        ['dial', { UniqueId: `1759300000.${String(index)}`, Phone: '150', Extensions: ['151'], CallType: 1 }],
      ]),
    );
    expect(calls).toHaveLength(5_000);
  });

  it('with thousands of loose Local halves that nobody began', () => {
    const calls = fold([
      ...incoming,
      ...each(5_000, (index) => [
        ['new_callerid', { UniqueId: `1759300000.${String(index * 2 + 10)}`, ...local(index, 1), CallerIDNum: '150' }],
      ]),
    ]);
    expect(calls.length).toBeGreaterThan(0);
  });

  it('of numbers that no clock can show', () => {
    const calls = fold([
      ...incoming,
      ['dial', { UniqueId: '1e400.1', Phone: '375290000002', Extensions: ['150'], CallType: 0 }],
      ['dial', { UniqueId: '-1e400.1', Phone: '375290000003', Extensions: ['150'], CallType: 0 }],
      ['dial', { UniqueId: '9007199254740993.1', Phone: '375290000004', Extensions: ['150'], CallType: 0 }],
    ]);
    expect(calls).toHaveLength(4);
  });
});

describe('what would take too long is refused', () => {
  it.each<[string, Told[]]>([
    [
      'changes of bridge by the ten thousand',
      [
        ...incoming,
        ...each(40_000, (index) => [join(1, `b${String(index % 200)}`, { ConnectedLineNum: String(index) })]),
        hangup,
      ],
    ],
    [
      'thousands of channels of one client that all talk with thousands',
      [
        [
          'dial',
          { UniqueId: '1759300000.1', Phone: '375290000001', Extensions: ['150'], CallType: 1, Trunk: '0001363' },
        ],
        join(1, 'a'),
        ...each(4_000, (index) => [join(index + 10, 'a', { CallerIDNum: index % 2 === 0 ? '375290000001' : '151' })]),
      ],
    ],
  ])('%s', (_what, told) => {
    expect(() => fold(told)).toThrow(TooMuchEffort);
  });
});

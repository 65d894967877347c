import { describe, expect, it } from 'vitest';
import type { TimedEvent } from '../../../services/emulator/src/scenarios/call.js';
import { faults, type Fault } from '../../../services/emulator/src/scenarios/faults/faults.js';
import { together } from '../../../services/emulator/src/scenarios/faults/together.js';
import { scenarios } from '../../../services/emulator/src/scenarios/scenarios.js';
import { text } from './bridges.js';
import { playedBy, scenario } from './chosen.js';

const faultOf = (code: Fault['code']): Fault => {
  const fault = faults.find((each) => each.code === code);
  if (!fault) throw new Error(`no fault ${code}`);
  return fault;
};

const { values, events } = playedBy(scenario('2-8'), 1);
const offsets = (of: readonly { offset_ms: number }[]): number[] => of.map(({ offset_ms }) => offset_ms);
const bodiesOf = (of: readonly TimedEvent[]): unknown[] => of.map(({ body }) => body);
const played = (code: Fault['code']): TimedEvent[] =>
  faultOf(code)
    .stepsFrom(events)
    .filter((step) => step.event !== 'server_pause');

describe('faults of a call', () => {
  it('bring each event twice', () => {
    expect(played('twice')).toHaveLength(events.length * 2);
    expect(played('twice').filter((_event, index) => index % 2 === 1)).toEqual(events);
  });

  it('swap neighbours, not times', () => {
    const swapped = played('swapped');
    expect(offsets(swapped)).toEqual(offsets(events));
    expect(bodiesOf(swapped.slice(0, 2))).toEqual(bodiesOf(events.slice(0, 2)).toReversed());
    expect(swapped.map(({ body }) => JSON.stringify(body)).toSorted()).toEqual(
      events.map(({ body }) => JSON.stringify(body)).toSorted(),
    );
  });

  it('lose what they say and nothing else', () => {
    expect(played('hangup-lost')).toEqual(events.filter(({ event }) => event !== 'hangup'));
    expect(played('bridges-lost')).toEqual(events.filter(({ event }) => !event.startsWith('bridge')));
  });

  it('set the clock back to 1970 and keep its pace', () => {
    const wrong = played('clock-wrong');
    expect(offsets(wrong)).toEqual(offsets(events));
    const epochs = (of: TimedEvent[]): number[] =>
      of.map(({ body }) => Number(text(body['UniqueId']).split('.')[0])).filter((epoch) => epoch > 0);
    const [first = 0] = epochs(events);
    expect(epochs(wrong)).toEqual(epochs(events).map((epoch) => epoch - first + 60));
    const ends = wrong.flatMap(({ event, body }) => (event === 'hangup' ? [text(body['EndTime'])] : []));
    expect(ends).toHaveLength(3);
    for (const end of ends) expect(end).toMatch(/^1970-01-01 /);
  });

  it('stop the server once, for less than a host waits', () => {
    const steps = faultOf('server-pauses').stepsFrom(events);
    const pauses = steps.filter((step) => step.event === 'server_pause');
    expect(pauses).toHaveLength(1);
    expect(pauses[0]?.lasts_ms).toBeLessThan(3_000);
    expect(steps.filter((step) => step.event !== 'server_pause')).toEqual(events);
    expect(offsets(steps)).toEqual(offsets(steps).toSorted((one, other) => one - other));
  });

  it.each(faults.map((fault) => ({ fault, code: fault.code })))('are mended by recovery: $code', ({ fault }) => {
    const expected = scenario('2-8').expectedOf(values);
    expect(fault.outlookOf(expected, events).recovered).toEqual(expected);
  });

  it('leave a missed call without its final when the hangup is lost', () => {
    const missed = scenario('2-2');
    const call = playedBy(missed, 1);
    const outlook = faultOf('hangup-lost').outlookOf(missed.expectedOf(call.values), call.events);
    expect(outlook.live).toEqual({ calls: [], finalMessages: 0 });
  });
});

describe('calls at once', () => {
  it('are one sequence in time, each event with the token of its host', () => {
    const calls = scenarios.map((each, index) => ({
      token: `37529000${String(1_000 + (index % 3))}`,
      beginsAfterMs: index * 500,
      events: playedBy(each, index).events,
    }));
    const all = together(calls);
    expect(all).toHaveLength(calls.reduce((sum, call) => sum + call.events.length, 0));
    expect(offsets(all)).toEqual(offsets(all).toSorted((one, other) => one - other));
    for (const { token, beginsAfterMs, events: own } of calls) {
      const begin = all.find(({ body }) => body === own[0]?.body);
      expect(begin).toMatchObject({ token, offset_ms: beginsAfterMs + (own[0]?.offset_ms ?? 0) });
    }
  });
});

import { describe, expect, it } from 'vitest';
import type { TimedEvent } from '../../../services/emulator/src/scenarios/call.js';
import { scenarios } from '../../../services/emulator/src/scenarios/scenarios.js';
import { bodies } from './bodies.js';
import { bridgesOf, text } from './bridges.js';
import { BEGAN_AT, hostAt, hostTime, newIds, playedBy } from './chosen.js';

// Hosts skip some bridge events, and the scenarios follow their captures.

/** When an initiator asks a colleague, it is not told that they enter the bridge of the two … */
const HALF_COMES_UNTOLD = 'a transfer leaves without having joined';
const INITIATOR_COMES_UNTOLD = 'a manager leaves without having joined';
/** … nor, at times, that the initiator leaves the client's bridge before coming back to it. */
const INITIATOR_IS_BACK = 'a manager joins twice';
/** The capture ends before the bridge does, or the bridge is left to others. */
const GOES_ON = 'not destroyed last';

/** What the captures lack, by scenario; bridges are numbered as they are first named. */
const MISSING: Readonly<Record<string, readonly string[]>> = {
  // Of the client's bridge only the client's stay and the end are told, of the manager's everything but the end.
  '1-2': [`B1: ${GOES_ON}`, 'B2: not created first', 'B2: not left by all'],
  '1-3': [`B1: ${INITIATOR_IS_BACK}`, `B2: ${HALF_COMES_UNTOLD}`, `B2: ${INITIATOR_COMES_UNTOLD}`],
  // The manager's own channel ends by its hangup, and nothing is sent when the client is gone.
  '1-4': [
    `B1: ${GOES_ON}`,
    'B1: 1 do not leave',
    `B2: ${INITIATOR_COMES_UNTOLD}`,
    `B2: ${HALF_COMES_UNTOLD}`,
    `B3: ${GOES_ON}`,
  ],
  '1-5': [`B1: ${INITIATOR_IS_BACK}`, `B2: ${INITIATOR_COMES_UNTOLD}`, `B2: ${HALF_COMES_UNTOLD}`],
  '2-7': [`B1: ${INITIATOR_IS_BACK}`, `B2: ${HALF_COMES_UNTOLD}`, `B2: ${INITIATOR_COMES_UNTOLD}`],
  '2-9': [`B2: ${HALF_COMES_UNTOLD}`],
  // Each initiator is told to enter the bridge of the consultation, but not to leave the client's.
  '2-18': ['B1: 1 do not leave', `B2: ${HALF_COMES_UNTOLD}`, 'B3: 1 do not leave', `B4: ${HALF_COMES_UNTOLD}`],
  '2-23': [`B2: ${HALF_COMES_UNTOLD}`],
  // Of the bridge in which the initiator waits only the creation is told.
  '2-24': [`B2: ${GOES_ON}`, 'B2: not left by all'],
  '2-25': [`B2: ${HALF_COMES_UNTOLD}`],
  // The initiator is back in the client's bridge at the end, without any word of how.
  '2-26': [`B1: ${INITIATOR_COMES_UNTOLD}`, `B2: ${GOES_ON}`, 'B2: not left by all', 'B2: 1 do not leave'],
  '2-30': [`B2: ${INITIATOR_COMES_UNTOLD}`, `B2: ${HALF_COMES_UNTOLD}`],
};

/** Fields that no event names, because hosts do not. */
const UNNAMED = ['3-3 department', '3-4 department'];

const CODES = [
  ...Array.from({ length: 11 }, (_, index) => `1-${String(index + 1)}`),
  ...Array.from({ length: 30 }, (_, index) => `2-${String(index + 1)}`),
  ...Array.from({ length: 4 }, (_, index) => `3-${String(index + 1)}`),
];

it('there are 45 scenarios, in the order of their codes', () => {
  expect(scenarios.map(({ code }) => code)).toEqual(CODES);
  expect(new Set(scenarios.map(({ title }) => title)).size).toBe(45);
});

describe.each(scenarios.map((scenario) => ({ ...scenario, name: scenario.code })))('$name', (scenario) => {
  describe.each([1, 2, 3])('seed %i', (seed) => {
    const { values, events } = playedBy(scenario, seed);

    it('has bodies as hosts send them', () => {
      for (const { event, body } of events) {
        const parsed = bodies[event]?.safeParse(body);
        expect(parsed?.error?.issues, `${event} ${JSON.stringify(body)}`).toBeUndefined();
        expect(parsed).toBeDefined();
      }
    });

    it('leaves no placeholder and names everybody that was chosen', () => {
      const sent = JSON.stringify(events);
      expect(sent).not.toMatch(/\{\w+\}|undefined|NaN/);
      for (const { name } of scenario.fields) {
        if (UNNAMED.includes(`${scenario.code} ${name}`)) continue;
        for (const value of [values[name] ?? []].flat()) expect(sent, name).toContain(value.replace('+', ''));
      }
    });

    it('goes on in time', () => {
      const offsets = events.map(({ offset_ms }) => offset_ms);
      expect(offsets[0]).toBeGreaterThanOrEqual(0);
      expect(offsets).toEqual(offsets.toSorted((one, other) => one - other));
      expect(new Set(offsets).size).toBe(offsets.length);
    });

    it('gives each channel one id, counting up as they begin', () => {
      const ids = new Map(
        events.flatMap(({ body }) => (body['Channel'] ? [[text(body['Channel']), text(body['UniqueId'])]] : [])),
      );
      for (const { body } of events) {
        if (body['Channel']) expect(ids.get(text(body['Channel']))).toBe(body['UniqueId']);
      }
      expect(new Set(ids.values()).size).toBe(ids.size);
      for (const [name, id] of ids) {
        const other = ids.get(name.replace(/;1$/, ';2'));
        if (name.endsWith(';1') && other) expect(serialOf(other)).toBe(serialOf(id) + 1);
      }
      const known = [...new Set(events.map(({ body }) => text(body['UniqueId'])).filter(Boolean))];
      const bySerial = known.toSorted((one, other) => serialOf(one) - serialOf(other)).map(epochOf);
      expect(bySerial).toEqual(bySerial.toSorted((one, other) => one - other));
      for (const { body, offset_ms } of events) {
        if (body['UniqueId']) expect(epochOf(text(body['UniqueId'])) * 1_000).toBeLessThanOrEqual(BEGAN_AT + offset_ms);
      }
    });

    it('ends calls after they began', () => {
      for (const { body, offset_ms } of hangupsOf(events)) {
        const [start, received, end] = [body['StartTime'], body['DateReceived'], body['EndTime']].map(text);
        expect(end).toBe(hostTime(BEGAN_AT + offset_ms));
        expect(received && end && received <= end).toBe(true);
        if (start) expect(start <= (received ?? '')).toBe(true);
      }
    });

    it('lets everybody into bridges that exist, and out again', () => {
      expect(bridgesOf(events)).toEqual(MISSING[scenario.code] ?? []);
    });
  });

  it('can be played faster', () => {
    const { values, events } = playedBy(scenario, 1);
    const fast = scenario.eventsOf(values, hostAt(newIds(), BEGAN_AT, 2));
    expect(fast.map(({ event }) => event)).toEqual(events.map(({ event }) => event));
    expect((fast.at(-1)?.offset_ms ?? 0) * 2).toBeCloseTo(events.at(-1)?.offset_ms ?? 0, -2);
  });
});

const hangupsOf = (events: TimedEvent[]): TimedEvent[] => events.filter(({ event }) => event === 'hangup');
const epochOf = (id: string): number => Number(id.split('.')[0]);
const serialOf = (id: string): number => Number(id.split('.')[1]);

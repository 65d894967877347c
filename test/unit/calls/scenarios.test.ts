import { describe, expect, it } from 'vitest';
import type { TimedEvent } from '../../../services/emulator/src/scenarios/call.js';
import { withWrongClock } from '../../../services/emulator/src/scenarios/faults/clock.js';
import { faults } from '../../../services/emulator/src/scenarios/faults/faults.js';
import { scenarios } from '../../../services/emulator/src/scenarios/scenarios.js';
import type { FixtureEvent } from '../../fixtures/fixtures.js';
import { atOnce, pairsSwapped, swappedAt, twice } from '../../fixtures/variants.js';
import { dayOf } from '../scenarios/day.js';
import { playedBy } from '../scenarios/chosen.js';
import { comparable, finished } from './folded.js';

const SEEDS = [1, 2, 3, 4];

describe.each(scenarios.map((scenario) => ({ ...scenario, name: `${scenario.code} ${scenario.title}` })))(
  '$name',
  (scenario) => {
    describe.each(SEEDS)('seed %i', (seed) => {
      const { values, events } = playedBy(scenario, seed);
      const expected = scenario.expectedOf(values);

      it('is told right in order', () => {
        expect(finished(events)).toEqual(comparable(expected.calls));
      });

      it('is told right when all events come at once', () => {
        expect(finished(atOnce(events))).toEqual(comparable(expected.calls));
      });

      it('is not changed by repetition', () => {
        expect(finished(twice(events))).toEqual(comparable(expected.calls));
        expect(finished([...events, ...events])).toEqual(comparable(expected.calls));
      });

      it('is told right whichever two neighbours are swapped', () => {
        for (let index = 0; index + 1 < events.length; index += 1) {
          expect(finished(swappedAt(events, index)), `swapped at ${String(index)}`).toEqual(comparable(expected.calls));
        }
      });

      it('is told right with all neighbours swapped', () => {
        expect(finished(pairsSwapped(events, 0))).toEqual(comparable(expected.calls));
        expect(finished(pairsSwapped(events, 1))).toEqual(comparable(expected.calls));
      });

      it.each(faults)('comes out as foretold: $code', (fault) => {
        const outlook = fault.outlookOf(expected, events);
        const steps = fault.stepsFrom(events).filter((step) => step.event !== 'server_pause');
        expect(finished(steps)).toEqual(comparable(outlook.live.calls));
      });

      it('comes out as foretold when hangups and bridges are lost, in whichever order one tells it', () => {
        const lost = faults.filter(({ code }) => code.endsWith('-lost'));
        for (const order of [lost, lost.toReversed()]) {
          let foretold = { live: expected, steps: events };
          for (const fault of order) {
            const { live } = fault.outlookOf(foretold.live, foretold.steps);
            foretold = { live, steps: fault.stepsFrom(foretold.steps).filter((step) => step.event !== 'server_pause') };
          }
          expect(finished(foretold.steps)).toEqual(comparable(foretold.live.calls));
        }
      });
    });
  },
);

const ways: [string, (events: TimedEvent[]) => FixtureEvent[]][] = [
  ['in order', (events) => events],
  ['each event twice', twice],
  ['neighbours swapped', (events) => pairsSwapped(events, 0)],
  ['the other neighbours swapped', (events) => pairsSwapped(events, 1)],
  ['all at once', (events) => atOnce(events)],
  ['with the clock at 1970', withWrongClock],
];

describe.each(ways)('the day of a host, %s', (_way, played) => {
  it.each([1, 2, 3])('is told right (seed %i)', (seed) => {
    const { events, expected } = dayOf(seed);
    expect(finished(played(events))).toEqual(comparable(expected));
  });
});

import { describe, expect, it } from 'vitest';
import { faults } from '../../../services/emulator/src/scenarios/faults/faults.js';
import { scenarios } from '../../../services/emulator/src/scenarios/scenarios.js';
import { atOnce, pairsSwapped, swappedAt, twice } from '../../fixtures/variants.js';
import { playedBy } from '../scenarios/chosen.js';
import { comparable, finished } from './folded.js';

const SEEDS = [1, 2, 3, 4, 5, 6];

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
    });
  },
);

import { describe, expect, it } from 'vitest';
import { faults } from '../../../services/emulator/src/scenarios/faults/faults.js';
import { scenarios } from '../../../services/emulator/src/scenarios/scenarios.js';
import { playedBy } from '../scenarios/chosen.js';
import { comparable, finished } from './folded.js';

describe('a call whose channels all begin in one second', () => {
  it.each(scenarios.map((scenario) => ({ name: `${scenario.code} ${scenario.title}`, scenario })))(
    'is told right: $name',
    ({ scenario }) => {
      const { values } = playedBy(scenario, 1);
      let serial = 0;
      const events = scenario.eventsOf(values, {
        token: '375290000367',
        timezone: 'Europe/Minsk',
        beganAt: Date.UTC(2025, 9, 1, 9),
        pace: Infinity,
        nextChannel: () => ++serial,
        nextBridge: () => `bridge-${String(++serial)}`,
      });
      const expected = scenario.expectedOf(values);
      expect(finished(events)).toEqual(comparable([...expected.calls]));
      for (const fault of faults) {
        const played = fault.stepsFrom(events).filter((step) => step.event !== 'server_pause');
        const { live } = fault.outlookOf(expected, events);
        expect(finished(played), fault.code).toEqual(comparable([...live.calls]));
      }
    },
  );
});

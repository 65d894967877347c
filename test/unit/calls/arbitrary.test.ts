import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Call } from '../../../services/core/src/calls/call.js';
import { callsFrom } from '../../../services/core/src/calls/fold/callsFrom.js';
import { TooMuchEffort } from '../../../services/core/src/calls/fold/effort.js';
import type { CallEvent } from '../../../services/core/src/calls/fold/event.js';
import { textOf } from '../../../services/core/src/notify/text/textOf.js';
import { liveFixtures } from '../../fixtures/fixtures.js';
import { copyOf, mixed } from '../../fixtures/mix.js';
import { hostileText } from '../../fuzz/hostileText.js';
import { messageProblem } from '../../fuzz/messageProblem.js';
import { storedText } from '../../fuzz/storedText.js';
import { sampleShown, sampleTenant } from '../notify/sample.js';
import { arbitraryEvents } from './arbitraryEvents.js';
import { comparable, finished } from './folded.js';

const numbering = { country: 'BY', transformOf: () => '+375{9}' };

/** The same inputs each time; another seed looks elsewhere. */
const seed = Number(process.env['FUZZ_SEED'] ?? 20_251_001);

/** So long after the last event that is not of another age, ms. */
const wait = fc.constantFrom(0, 15_000, 120_000, 5 * 3_600_000);

const folded = (events: CallEvent[], later = 0): Call[] =>
  callsFrom(events, numbering, Math.max(0, ...events.map(({ at }) => at)) + later);

it('whatever a host says, it is folded or refused as too much', () => {
  fc.assert(
    fc.property(arbitraryEvents(hostileText), wait, (events, later) => {
      try {
        const calls = folded(events, later);
        const channels = calls.flatMap((call) => call.channels);
        expect(new Set(channels).size, 'a channel is of one call').toBe(channels.length);
      } catch (error) {
        if (!(error instanceof TooMuchEffort)) throw error;
      }
    }),
    { seed, numRuns: 500 },
  );
});

it('the same events give the same calls, and are left as they were', () => {
  fc.assert(
    fc.property(arbitraryEvents(hostileText), (events) => {
      const before = structuredClone(events);
      expect(folded(events)).toEqual(folded(before));
      expect(events).toEqual(before);
    }),
    { seed, numRuns: 100 },
  );
});

it('whatever a host says, Telegram takes what is said of it', () => {
  fc.assert(
    fc.property(arbitraryEvents(storedText), wait, storedText, (events, later, clientName) => {
      for (const call of folded(events, later)) {
        const text = textOf(sampleShown(call, { clientName }), sampleTenant())?.text ?? '';
        expect(messageProblem(text), text).toBeUndefined();
      }
    }),
    { seed, numRuns: 300 },
  );
});

const parts = fc
  .array(
    fc.record({
      fixture: fc.constantFrom(...liveFixtures),
      beginsMs: fc.integer({ min: 0, max: 30_000 }),
    }),
    { minLength: 2, maxLength: 12 },
  )
  .map((chosen) =>
    mixed(
      chosen.map(({ fixture, beginsMs }, index) =>
        copyOf(fixture, index + 1, beginsMs, String(1_000_001 + index), String(20 + index)),
      ),
    ),
  );

it('real sequences are told right however they lie across each other, any event of them repeated', () => {
  fc.assert(
    fc.property(parts, fc.infiniteStream(fc.integer({ min: 1, max: 3 })), ({ events, expected }, times) => {
      const repeated = events.flatMap((event) => Array.from({ length: Number(times.next().value) }, () => event));
      expect(finished(repeated)).toEqual(comparable(expected));
    }),
    { seed, numRuns: 40 },
  );
});

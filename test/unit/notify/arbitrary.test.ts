import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { CallToShow } from '../../../services/core/src/notify/callToShow.js';
import { textOf } from '../../../services/core/src/notify/text/textOf.js';
import type { Tenant } from '../../../services/core/src/tenants/tenant.js';
import { messageProblem } from '../../fuzz/messageProblem.js';
import { storedText } from '../../fuzz/storedText.js';
import { sampleShown, sampleTenant } from './sample.js';

/** The same inputs each time; another seed looks elsewhere. */
const seed = Number(process.env['FUZZ_SEED'] ?? 20_251_001);

const EXTENSIONS = ['150', '151', '999', '+375290000002', ''];

const extensions = fc.oneof(
  { weight: 4, arbitrary: fc.array(fc.oneof(fc.constantFrom(...EXTENSIONS), storedText), { maxLength: 6 }) },
  { weight: 1, arbitrary: fc.integer({ min: 30, max: 600 }).map((many) => Array.from({ length: many }, () => '150')) },
);
const extension = fc.oneof(fc.constantFrom(...EXTENSIONS), storedText);
const seconds = fc.constantFrom(0, 59, 3_600, 1e9);
const time = fc.constantFrom(0, Date.UTC(2025, 9, 1), Date.UTC(9999, 11, 31)).map((ms) => new Date(ms));

const tenant: fc.Arbitrary<Tenant> = fc
  .record({ names: fc.tuple(storedText, storedText, storedText), line: storedText })
  .map(({ names: [lastName, firstName, middleName], line }) =>
    sampleTenant({
      managers: new Map([['150', { extension: '150', lastName, firstName, middleName }]]),
      lines: new Map([['0001363', { id: '0001363', name: line, incomingTransform: null }]]),
    }),
  );

const shown: fc.Arbitrary<CallToShow> = fc
  .record({
    call: fc.record({
      direction: fc.constantFrom('incoming' as const, 'outgoing' as const, 'internal' as const),
      state: fc.constantFrom('start' as const, 'dial' as const, 'talk' as const, 'final' as const),
      dataSource: fc.constantFrom('live' as const, 'recovery' as const),
      party: extension,
      line: fc.oneof(fc.constantFrom('0001363', ''), storedText),
      ringing: extensions,
      rang: extensions,
      talked: extensions,
      partner: extension,
      answered: fc.boolean(),
      startedAt: time,
      talkSeconds: fc.option(seconds),
      waitSeconds: seconds,
      durationSeconds: seconds,
    }),
    clientName: fc.option(storedText),
    history: fc.option(
      fc.record({
        callsIn: fc.nat(),
        lastAt: time,
        lastAnswered: fc.boolean(),
        lastExtension: extension,
      }),
    ),
    recordUrl: fc.option(storedText.map((text) => `https://calls.example.com/${text}`)),
  })
  .map(({ call, ...rest }) => sampleShown(call, rest));

it('whatever people, lines and clients are called, Telegram takes what is said of a call', () => {
  fc.assert(
    fc.property(shown, tenant, (call, of) => {
      const text = textOf(call, of)?.text ?? '';
      expect(messageProblem(text), text).toBeUndefined();
    }),
    { seed, numRuns: 500 },
  );
});

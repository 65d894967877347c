import { randomUUID } from 'node:crypto';
import type { Call } from '../../../services/core/src/calls/call.js';
import type { CallToShow } from '../../../services/core/src/notify/callToShow.js';
import { answered, missed, sampleShown } from '../../unit/notify/sample.js';

/** One call in its states; it began now. */
export function callInStates(
  call: Partial<Call> = {},
  uuid: string = randomUUID(),
): Record<'start' | 'dial' | 'talk' | 'answered' | 'missed' | 'takenBack', CallToShow> {
  const base: Partial<Call> = { startedAt: new Date(), ...call };
  const as = (changed: Partial<Call>, retracted = false): CallToShow =>
    sampleShown({ ...base, ...changed }, { uuid, retracted });
  return {
    start: as({ state: 'start', ringing: [], rang: [] }),
    dial: as({ state: 'dial' }),
    talk: as({ state: 'talk', answered: true, partner: '150', talked: ['150'] }),
    answered: as({ ...answered, endedAt: base.startedAt ?? null }),
    missed: as({ ...missed, endedAt: base.startedAt ?? null }),
    takenBack: as(missed, true),
  };
}

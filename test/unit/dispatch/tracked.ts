import type { Call } from '../../../services/core/src/calls/call.js';
import type { StoredView, Tracked } from '../../../services/core/src/calls/tracked.js';
import { sampleShown } from '../notify/sample.js';

/** What is remembered of a client's call in the given state. */
export function trackedCall(call: Partial<Call> = {}, changed: Partial<Tracked> = {}): Tracked {
  const shown = sampleShown(call).call;
  return {
    uuid: '00000000-0000-4000-8000-000000000001',
    anchor: shown.anchor,
    view: JSON.parse(JSON.stringify(shown)) as StoredView,
    phone: shown.direction === 'internal' ? '' : shown.party,
    state: shown.state === 'final' ? 'final' : 'open',
    started_at: shown.startedAt,
    wake_at: null,
    counted_as: null,
    history: null,
    external_id: null,
    ...changed,
  };
}

export const talk: Partial<Call> = { state: 'talk', answered: true, partner: '150', talked: ['150'] };

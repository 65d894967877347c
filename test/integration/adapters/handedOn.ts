import type { CallView } from '@live-calls/shared/contracts';
import type { Call } from '../../../services/core/src/calls/call.js';
import { callsFrom } from '../../../services/core/src/calls/fold/callsFrom.js';
import { readEvent } from '../../../services/core/src/calls/fold/event.js';
import type { StoredView, Tracked } from '../../../services/core/src/calls/tracked.js';
import { callViewOf } from '../../../services/core/src/dispatch/callView.js';
import { eventsOwed } from '../../../services/core/src/dispatch/eventsOwed.js';
import type { EventType } from '../../../services/core/src/dispatch/handedOn.js';
import { liveFixtures } from '../../fixtures/fixtures.js';

/** An event that the core hands on. */
export interface HandedOn {
  type: EventType;
  call: CallView;
}

/** Noon in Minsk. */
const BEGIN = Date.UTC(2025, 9, 1, 9, 0, 0);

/** Every silence is over. ms */
const SILENCE = 120_000;

const NUMBERING = { country: 'BY', transformOf: () => null };
const LINES = new Map([['0001363', { id: '0001363', name: 'Главный офис', incomingTransform: null }]]);

/** What CRMs are told of the client's call of a recorded sequence, each time as it was known then. */
export function handedOn(name: string): HandedOn[] {
  const fixture = liveFixtures.find((each) => each.name === name);
  if (fixture === undefined) throw new Error(`no fixture ${name}`);
  const events = fixture.events.map(({ event, offset_ms, body }, id) =>
    readEvent({
      ...{ id, unique_id: body['UniqueId'] as string, event_type: event, data_source: 'live', raw_data: body },
      event_timestamp: new Date(BEGIN + offset_ms),
    }),
  );
  const told: HandedOn[] = [];
  let before: Tracked | null = null;
  for (const heard of [...events.keys(), events.length]) {
    const known = events.slice(0, heard + 1);
    const now = Math.max(...known.map(({ at }) => at)) + (heard === events.length ? SILENCE : 0);
    const call = callsFrom(known, NUMBERING, now).find(({ direction }) => direction !== 'internal');
    if (call === undefined) continue;
    const after = trackedAs(name, call);
    const identity = { uuid: name, externalId: events[0]?.uniqueId ?? name, recordUrl: null };
    const view = callViewOf(call, { timezone: 'Europe/Minsk', lines: LINES }, identity);
    told.push(...eventsOwed(before, after).map(({ type }) => ({ type, call: view })));
    before = after;
  }
  return told;
}

function trackedAs(uuid: string, call: Call): Tracked {
  const { anchor, party: phone, startedAt: started_at, wakeAt: wake_at } = call;
  return {
    ...{ uuid, anchor, phone, started_at, wake_at, counted_as: null, history: null, external_id: anchor },
    state: call.state === 'final' ? 'final' : 'open',
    view: JSON.parse(JSON.stringify(call)) as StoredView,
  };
}

import type { CallView, CrmCallEvent } from '@live-calls/shared/contracts';
import type { Call } from '../../../services/core/src/calls/call.js';
import { callsFrom } from '../../../services/core/src/calls/fold/callsFrom.js';
import { readEvent } from '../../../services/core/src/calls/fold/event.js';
import { callViewOf } from '../../../services/core/src/dispatch/callView.js';
import { liveFixtures } from '../../fixtures/fixtures.js';

export interface ViewEvent {
  type: CrmCallEvent['event_type'];
  call: CallView;
}

const START = Date.UTC(2025, 9, 1, 9, 0, 0);
/** Every silence is over. ms */
const SILENCE = 120_000;
const NUMBERING = { country: 'BY', transformOf: () => null };
const TENANT = { timezone: 'Europe/Minsk', lines: new Map() };

/** What CRMs are told of the client's call in a recorded sequence, event by event; the last is the hangup. */
export function viewsOf(name: string): ViewEvent[] {
  const fixture = liveFixtures.find((each) => each.name === name);
  const events = (fixture?.events ?? []).map((event, id) =>
    readEvent({
      id,
      unique_id: event.body['UniqueId'] as string,
      event_type: event.event,
      event_timestamp: new Date(START + event.offset_ms),
      data_source: 'live',
      raw_data: event.body,
    }),
  );
  const told: ViewEvent[] = [];
  let [rings, talks] = ['', ''];
  for (const [index, { at }] of events.entries()) {
    const call = clientsCall(callsFrom(events.slice(0, index + 1), NUMBERING, at));
    if (call === undefined || call.state === 'final') continue;
    const view = viewOf(call);
    const ringing = view.ringing.join();
    if (view.state === 'dial' && ringing !== rings) told.push({ type: 'dial', call: view });
    if (view.state === 'talk' && call.partner !== talks) told.push({ type: 'answer', call: view });
    rings = ringing;
    talks = view.state === 'talk' ? call.partner : '';
  }
  const over = clientsCall(callsFrom(events, NUMBERING, Math.max(...events.map(({ at }) => at)) + SILENCE));
  if (over?.state !== 'final') throw new Error(`the client's call of ${name} is not over`);
  return [...told, { type: 'hangup', call: viewOf(over) }];
}

/** The event by which a call is over. */
export function hangupOf(events: readonly ViewEvent[]): ViewEvent {
  const hangup = events.find(({ type }) => type === 'hangup');
  if (hangup === undefined) throw new Error('no hangup');
  return hangup;
}

const clientsCall = (calls: Call[]): Call | undefined => calls.find(({ direction }) => direction !== 'internal');

const viewOf = (call: Call): CallView => {
  const recordUrl = call.answered ? `https://calls.example.com/recordings/${call.anchor}.mp3` : null;
  return callViewOf(call, TENANT, { uuid: call.anchor, externalId: call.anchor, recordUrl });
};

import { DispatchedEvent } from '@live-calls/shared/contracts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { liveFixtures, type ExpectedCall, type Fixture, type FixtureEvent } from '../../fixtures/fixtures.js';
import { pairsSwapped, twice } from '../../fixtures/variants.js';
import type { Stage as Calls } from '../calls/stage.js';
import { createStage, together, type Stage } from './stage.js';

// Two minutes: every silence is over. ms
const SILENCE = 120_000;

const lines = new Map([['3880001', { id: '3880001', name: 'SIP', incomingTransform: '+375{9}' }]]);

let stage: Stage;
beforeEach(async () => {
  stage = await createStage();
});
afterEach(async () => {
  await stage.end();
});

interface Way {
  how: string;
  changed: (events: FixtureEvent[]) => FixtureEvent[];
  /** Events that are folded together. */
  atOnce: number;
}

const IN_ORDER: Way = { how: 'in order', changed: (events) => events, atOnce: 1 };
const OTHER_WAYS: Way[] = [
  { how: 'with each event twice', changed: twice, atOnce: 3 },
  { how: 'with neighbours swapped', changed: (events) => pairsSwapped(events, 0), atOnce: 3 },
  { how: 'with the other neighbours swapped', changed: (events) => pairsSwapped(events, 1), atOnce: 2 },
];

async function play(fixture: Fixture, { changed, atOnce }: Way): Promise<Calls> {
  const calls = await stage.addTenant({ lines });
  await calls.rows('update telegram_users set enabled = false where enterprise_number = $tenant');
  const events = changed(fixture.events);
  for (let from = 0; from < events.length; from += atOnce) await together(calls, events.slice(from, from + atOnce));
  await calls.fold(Math.max(...events.map((event) => event.offset_ms)) + SILENCE);
  return calls;
}

const told = ({ call, event_type }: DispatchedEvent) => ({
  event: event_type,
  direction: call?.direction,
  party: call?.phone,
  answered: call?.answered,
  talked: call?.talked,
});

const hangupOf = ({ direction, party, answered, talked }: ExpectedCall) => ({
  event: 'hangup',
  direction,
  party,
  answered,
  talked,
});

const clientCalls = ({ expected_calls: calls = [] }: Fixture): ExpectedCall[] =>
  calls.filter(({ direction, party }) => direction !== 'internal' && party.startsWith('+'));

/** As 8020 knows repetitions: what it answered too late comes again. */
const onceEach = (events: DispatchedEvent[]): DispatchedEvent[] => [
  ...new Map(
    events.map((event) => [`${event.call?.id} ${event.event_type} ${event.call?.ringing.join()}`, event]),
  ).values(),
];

/** Whom the host rang before anybody talked, by the dials of the channel that stands for the call. */
function dialsOf({ events }: Fixture, uniqueId: string): string[] {
  const talk = events.findIndex(({ event }) => event === 'bridge');
  const dials = events
    .slice(0, talk === -1 ? events.length : talk)
    .filter(({ event, body }) => event === 'dial' && body['UniqueId'] === uniqueId)
    .map(({ body }) => [body['Extensions']].flat().flatMap((item) => String(item).split('&')))
    .map((extensions) =>
      extensions
        .filter((extension) => /^\d{3}$/.test(extension))
        .toSorted()
        .join(','),
    );
  return dials.filter((ringing, index) => ringing !== '' && ringing !== dials[index - 1]);
}

/** There the manager is in a bridge before the client is dialled. */
const BRIDGED_FIRST = ['edge_out_of_order_dial_after_bridge', 'outgoing_crm_originated_answered'];

/** What was owed in order: the dials as the host told them, the end last, and nothing of calls that are none. */
async function expectOwed(fixture: Fixture, calls: Calls): Promise<void> {
  const { name } = fixture;
  const finished = await calls.rows<{ uuid: string; unique_id: string }>(
    'select uuid, unique_id from calls where enterprise_number = $tenant and call_type <> 2',
  );
  const owed = await calls.rows<{ dedupe_key: string }>(
    `select dedupe_key from deliveries where enterprise_number = $tenant and target = 'dispatch' order by id`,
  );
  const parts = owed.map(({ dedupe_key: key }) => key.split(':'));
  expect(new Set(parts.map(([, uuid]) => uuid)), name).toEqual(new Set(finished.map(({ uuid }) => uuid)));
  for (const { uuid, unique_id } of finished) {
    const events = parts.filter(([, of]) => of === uuid);
    expect(events.at(-1)?.[2], name).toBe('hangup');
    const dials = events.flatMap(([, , type, ringing]) => (type === 'dial' ? [ringing] : []));
    if (!BRIDGED_FIRST.includes(name)) expect(dials, name).toEqual(dialsOf(fixture, unique_id));
  }
}

describe.each([IN_ORDER, ...OTHER_WAYS])('every client call of every sequence, $how,', (way) => {
  it('is told to be over exactly once, and no other call is', async () => {
    const played = await Promise.all(
      liveFixtures.map(async (fixture) => ({ fixture, calls: await play(fixture, way) })),
    );
    if (way === IN_ORDER) for (const { fixture, calls } of played) await expectOwed(fixture, calls);
    stage.work();
    await stage.settled();
    for (const { fixture, calls } of played) {
      const all = onceEach(stage.gateway.events.filter(({ token }) => token === calls.known.token));
      const events = all.filter(({ event_type }) => event_type !== 'cancel');
      expect(events.map(told), fixture.name).toEqual(clientCalls(fixture).map(hangupOf));
      // What looked like a call for a while, and whose dial was dropped.
      const cancelled = all.filter((event) => !events.includes(event)).map(({ call }) => call?.id);
      expect(events.map(({ call }) => call?.id).filter((id) => cancelled.includes(id))).toEqual([]);
      for (const event of events) expect(() => DispatchedEvent.parse(event), fixture.name).not.toThrow();
    }
  });
});

import { DispatchedEvent } from '@live-calls/shared/contracts';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { liveFixtures, type ExpectedCall, type Fixture, type FixtureEvent } from '../../fixtures/fixtures.js';
import { pairsSwapped, twice } from '../../fixtures/variants.js';
import type { Stage as Calls } from '../calls/stage.js';
import { createStage, live, type Stage } from './stage.js';

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

async function play(fixture: Fixture, changed: (events: FixtureEvent[]) => FixtureEvent[]): Promise<Calls> {
  const calls = await stage.addTenant({ lines });
  const events = changed(fixture.events);
  await live(calls, events);
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

it.each([
  ['in order', (events: FixtureEvent[]) => events],
  ['with each event twice', twice],
  ['with neighbours swapped', (events: FixtureEvent[]) => pairsSwapped(events, 0)],
  ['with the other neighbours swapped', (events: FixtureEvent[]) => pairsSwapped(events, 1)],
])('every client call of every sequence, %s, is told to be over exactly once', async (_how, changed) => {
  const played = await Promise.all(
    liveFixtures.map(async (fixture) => ({ fixture, calls: await play(fixture, changed) })),
  );
  stage.work();
  await stage.settled();
  for (const { fixture, calls } of played) {
    const events = stage.gateway.events.filter(({ token }) => token === calls.known.token);
    expect(events.map(told), fixture.name).toEqual(clientCalls(fixture).map(hangupOf));
    for (const event of events) expect(() => DispatchedEvent.parse(event), fixture.name).not.toThrow();
  }
});

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

it('every client call of every sequence is told whenever somebody else rings, in order, and no internal call is', async () => {
  await Promise.all(
    liveFixtures.map(async (fixture) => {
      await expectOwed(fixture, await play(fixture, (events) => events));
    }),
  );
});

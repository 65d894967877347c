import { afterAll, beforeAll, expect, test } from 'vitest';
import { liveFixtures, type Fixture } from '../fixtures/fixtures.js';
import { createRunsStage, type RunsStage } from './emulatorRunsStage.js';

let stage: RunsStage;
beforeAll(async () => {
  stage = await createRunsStage();
});
afterAll(() => stage.end());

const fixture = (name: string): Fixture => {
  const found = liveFixtures.find((each) => each.name === name);
  if (found === undefined) throw new Error(`there is no ${name}`);
  return found;
};
const withoutTokens = ({ events }: Fixture): Fixture['events'] =>
  events.map((event) => ({
    ...event,
    body: Object.fromEntries(Object.entries(event.body).filter(([key]) => key !== 'Token')),
  }));

/** Lists in lists. */
const nested = (levels: number): unknown => JSON.parse('['.repeat(levels) + ']'.repeat(levels));

test('a recorded sequence is posted as it is, with the token of its enterprise', async () => {
  const { number, token } = await stage.addTestTenant();
  const { expected_calls, expected_final_messages, ...recorded } = fixture('incoming_group_answered');
  const events = withoutTokens({ ...recorded, expected_final_messages });
  const expected = { calls: expected_calls, final_messages: expected_final_messages };
  const run = await stage.play({ enterprise: number, events, pace: 'once', expected }, '/api/replay');
  expect(run.verdict).toEqual({ ok: true, discrepancies: [] });
  expect(run.timeline.map(({ event, body }) => ({ event, body }))).toEqual(
    events.map(({ event, body }) => ({ event, body: { ...body, Token: token } })),
  );
});

test('ids are made anew when that is asked for, the same for the same', async () => {
  const { number } = await stage.addTestTenant();
  const events = withoutTokens(fixture('incoming_attended_transfer_accepted'));
  const play = () => stage.play({ enterprise: number, events, pace: 'once', rewrite: true }, '/api/replay');
  const [first, second] = [await play(), await play()];
  for (const run of [first, second]) {
    expect(run.verdict).toEqual({ ok: true, discrepancies: [] });
    expect(run.calls).toHaveLength(1);
    expect(run.expected).toBeNull();
  }
  const idsOf = (list: { body: Record<string, unknown> }[]): unknown[] => [
    ...new Set(list.map(({ body }) => body['UniqueId'])),
  ];
  expect(idsOf(first.timeline)).toHaveLength(idsOf(events).length);
  const all = new Set(
    [...idsOf(first.timeline), ...idsOf(second.timeline), ...idsOf(events)].filter((id) => id !== ''),
  );
  expect(all.size).toBe(3 * idsOf(events).filter((id) => id !== '').length);
  expect(first.calls[0]?.uuid).not.toBe(second.calls[0]?.uuid);
});

test.each([
  ['no list', { events: 'x' }, 'events'],
  ['an event of another kind', { events: [{ event: 'reboot', offset_ms: 0, body: {} }] }, 'events.0.event'],
  ['a body that is none', { events: [{ event: 'start', offset_ms: 0, body: 'x' }] }, 'events.0.body'],
  ['a time before the begin', { events: [{ event: 'start', offset_ms: -1, body: {} }] }, 'events.0.offset_ms'],
  ['nothing at all', { events: [] }, 'events'],
  [
    'a body that is nested deeper than it could be written down again',
    { events: [{ event: 'start', offset_ms: 0, body: { Phone: '', Extensions: nested(101) } }] },
    'events.0.body.Extensions',
  ],
])('%s is refused', async (_what, wrong, field) => {
  const { number } = await stage.addTestTenant();
  const { status, body } = await stage.post('/api/replay', { enterprise: number, ...wrong });
  expect(status).toBe(422);
  expect(body).toMatchObject({ errors: [{ field }] });
});

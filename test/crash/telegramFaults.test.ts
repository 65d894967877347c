import { afterAll, beforeAll, expect, it } from 'vitest';
import { liveFixtures } from '../fixtures/fixtures.js';
import { post } from '../harness/host.js';
import { chatOf, untilSettled } from '../harness/outcome.js';
import { createStage, type Stage } from '../harness/stage.js';
import { addTenant, ofTenant, type TestTenant } from '../harness/tenant.js';
import { expectTold } from '../harness/told.js';

let stage: Stage;
beforeAll(async () => {
  stage = await createStage();
});
afterAll(() => stage.end());

const passing: [string, object[]][] = [
  ['no fault at all', []],
  ['429 again and again', [{ mode: '429', count: 3, retry_after: 1 }]],
  ['500', [{ mode: '500', count: 2 }]],
  ['no answer', [{ mode: 'timeout', count: 1 }]],
  ['connections reset', [{ mode: 'reset', count: 2 }]],
  [
    'edits and deletions that fail',
    [
      { mode: '500', count: 2, method: 'editMessageText' },
      { mode: 'reset', count: 2, method: 'deleteMessage' },
    ],
  ],
];

it('every chat shows the end of the call, whatever Telegram did meanwhile', async () => {
  const { pool } = stage.database;
  const core = await stage.startCore();
  const fixture = liveFixtures.find(({ name }) => name === 'incoming_no_greeting_answered');
  if (!fixture) throw new Error('the sequence is missing');
  const names = [...passing.map(([name]) => name), 'blocked', 'accepted without an answer'];
  const tenants = await Promise.all(names.map(() => addTenant(pool)));
  const of = (name: string): TestTenant => {
    const tenant = tenants[names.indexOf(name)];
    if (!tenant) throw new Error(name);
    return tenant;
  };
  const faults = [
    ...passing,
    ['blocked', [{ mode: '403' }]] as const,
    ['accepted without an answer', [{ mode: 'accept_timeout', method: 'sendMessage' }]] as const,
  ];
  for (const [name, kinds] of faults) {
    for (const kind of kinds) await stage.fault({ ...kind, chat_id: of(name).chats[0] });
  }
  await Promise.all(
    tenants.map((tenant) => post(ofTenant(tenant, fixture.events), { core: () => core.url, pace: 0.3 })),
  );
  await untilSettled(pool, tenants);

  const calls = fixture.expected_calls ?? [];
  for (const [name] of passing) expect(await expectTold(stage, { tenant: of(name), name, calls, messages: 1 })).toBe(0);
  await expectBlocked(of('blocked'));
  await expectSentAgain(of('accepted without an answer'));
});

async function expectBlocked({ number, chats }: TestTenant): Promise<void> {
  const { rows } = await stage.database.pool.query<{ tg_id: number; enabled: boolean; disabled_reason: string | null }>(
    'select tg_id, enabled, disabled_reason from telegram_users where enterprise_number = $1 order by tg_id',
    [number],
  );
  expect(rows).toEqual([
    { tg_id: chats[0], enabled: false, disabled_reason: expect.stringContaining('blocked') as string },
    { tg_id: chats[1], enabled: true, disabled_reason: null },
  ]);
  expect(await marksIn(chats[0])).toEqual([]);
  expect(await marksIn(chats[1])).toEqual(['✅']);
}

/** Nobody can know that it came through: the end of the call is shown, and one message more, of that one request. */
async function expectSentAgain({ chats }: TestTenant): Promise<void> {
  const [chat = 0, other] = chats;
  const { messages, history } = await chatOf(stage.emulator.url, chat);
  const unanswered = history.filter(({ fault }) => fault === 'accept_timeout').map(({ message_id }) => message_id);
  expect(unanswered).toHaveLength(1);
  const known = messages.filter(({ message_id }) => !unanswered.includes(message_id));
  expect(known.map(({ text }) => text.slice(0, 1))).toEqual(['✅']);
  expect(await marksIn(other)).toEqual(['✅']);
}

async function marksIn(chat = 0): Promise<string[]> {
  const { messages } = await chatOf(stage.emulator.url, chat);
  return messages.map(({ text }) => text.slice(0, 1));
}

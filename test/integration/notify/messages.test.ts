import { inTransaction } from '@live-calls/shared/db';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createMessages } from '../../../services/core/src/notify/telegram/messages.js';
import { until } from '../../harness/until.js';
import { callInStates } from './shown.js';
import { createStage, type Stage } from './stage.js';

let stage: Stage;
beforeEach(async () => {
  stage = await createStage();
  await stage.subscribe(1);
});
afterEach(() => stage.end());

/** Ids of the messages of two calls. */
async function twoMessages(): Promise<[string, string]> {
  await stage.show(callInStates({}, '00000000-0000-4000-8000-000000000001').dial);
  await stage.show(callInStates({}, '00000000-0000-4000-8000-000000000002').dial);
  const { rows } = await stage.pool.query<{ id: string }>('select id from telegram_messages order by call_uuid');
  const [one, other] = rows.map(({ id }) => id);
  if (one === undefined || other === undefined) throw new Error('there are no messages');
  return [one, other];
}

it('a message that a step is writing is waited for, and keeps no other one waiting', async () => {
  const [one, other] = await twoMessages();
  const messages = createMessages(stage.pool);
  const sent = (messageId: string, telegramId: number) =>
    messages.record({
      ...{ enterpriseNumber: stage.tenant.number, messageId },
      ...{ kind: 'sent', slot: 'live', telegramId, text: 'says', version: 1 },
    });
  const order: string[] = [];
  const both = await inTransaction(stage.pool, async (step) => {
    await step.query('update telegram_messages set wanted_text = $2, wanted_version = 2 where id = $1', [one, 'more']);
    const held = sent(one, 11).then((state) => {
      order.push('held');
      return state;
    });
    const free = await sent(other, 12);
    order.push('free');
    await until('it waits', async () => {
      const { rows } = await stage.pool.query(`select from pg_stat_activity where wait_event_type = 'Lock'`);
      return rows.length > 0;
    });
    return { held, free };
  });
  expect(both.free).toMatchObject({ liveMessageId: 12, shownText: 'says', sendingVersion: null });
  expect(await both.held).toMatchObject({ liveMessageId: 11, shownText: 'says', wantedText: 'more', wantedVersion: 2 });
  expect(order).toEqual(['free', 'held']);
});

it('of two that were sent for one message the second is one too many, repeated or not', async () => {
  const [id] = await twoMessages();
  const messages = createMessages(stage.pool);
  const key = { enterpriseNumber: stage.tenant.number, messageId: id };
  const sent = (telegramId: number) =>
    messages.record({ ...key, kind: 'sent', slot: 'final', telegramId, text: 'says', version: 1 });
  expect(await sent(21)).toMatchObject({ finalMessageId: 21 });
  expect(await sent(22)).toBeNull();
  expect(await sent(21)).toMatchObject({ finalMessageId: 21 });
  expect(await messages.record({ ...key, kind: 'gone', slot: 'final', telegramId: 22 })).toMatchObject({
    finalMessageId: 21,
  });
  expect(await messages.record({ ...key, kind: 'gone', slot: 'final', telegramId: 21 })).toMatchObject({
    finalMessageId: null,
    shownText: 'says',
  });
});

it('an intent stays until it is known what became of it', async () => {
  const [id, other] = await twoMessages();
  const messages = createMessages(stage.pool);
  const key = { enterpriseNumber: stage.tenant.number, messageId: id };
  expect(await messages.record({ ...key, kind: 'intended', version: 1 })).toMatchObject({ sendingVersion: 1 });
  expect(await messages.record({ ...key, kind: 'edited', text: 'says', version: 1 })).toMatchObject({
    sendingVersion: 1,
  });
  expect(await messages.record({ ...key, kind: 'not sent' })).toMatchObject({ sendingVersion: null });
  const nobody = { ...key, messageId: '00000000-0000-4000-8000-00000000000f' };
  const read = await Promise.all([messages.read(nobody), messages.read({ ...key, messageId: other })]);
  expect(read).toEqual([null, expect.objectContaining({ chatId: 1, liveMessageId: null })]);
});

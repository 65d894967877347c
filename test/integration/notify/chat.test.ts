import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { PATIENCE } from '../../harness/patience.js';
import { callInStates } from './shown.js';
import { createStage, type Stage } from './stage.js';

const CHAT = 7001;
const C = '+375 (29) 000-00-01';

let stage: Stage;
beforeEach(async () => {
  stage = await createStage();
});
afterEach(async () => {
  await stage.end();
});

/** First lines of the messages of a chat. */
const heads = (chat = CHAT): string[] => stage.telegram.chat(chat).map(({ text }) => text.split('\n')[0] ?? '');
const methods = (): string[] => stage.telegram.requests.map(({ method }) => method);
const allDone = (): Promise<void> =>
  vi.waitFor(async () => {
    const { pending = 0, running = 0 } = await stage.states();
    expect(pending + running).toBe(0);
  }, PATIENCE);

/** Puts off what waits for its time: those seconds do not pass on a busy machine either. */
const putOff = (): Promise<unknown> =>
  stage.pool.query(`update deliveries set run_at = now() + interval '1 hour' where state = 'pending'`);

describe('a call in a chat', () => {
  it('is one live message edited in place, then a final one, then the live one is deleted', async () => {
    await stage.subscribe(CHAT);
    stage.work();
    const call = callInStates();
    await stage.show(call.dial);
    await allDone();
    expect(heads()).toEqual([`📞 Дозвон от ${C} → Петров П. П. (150), Иванов И. (151)`]);
    await stage.show(call.talk);
    await allDone();
    expect(heads()).toEqual([`🔗 Разговор: ${C} ↔ Петров П. П. (150)`]);
    await stage.show(call.answered);
    await allDone();
    expect(heads()).toEqual([`✅ Завершен: ${C} ↔ Петров П. П. (150), 00:30`]);
    expect(methods()).toEqual(['sendMessage', 'editMessageText', 'sendMessage', 'deleteMessage']);
    const [live, , final] = stage.telegram.requests.map(({ params }) => params);
    expect(live).toMatchObject({
      parse_mode: 'HTML',
      disable_notification: 'false',
      link_preview_options: '{"is_disabled":true}',
    });
    expect(final).toMatchObject({ parse_mode: 'HTML', disable_notification: 'true' });
  });

  it('shows a start only when nobody rang within three seconds', async () => {
    await stage.subscribe(CHAT);
    const startedAt = new Date();
    const call = callInStates({ startedAt });
    await stage.show(call.start);
    const { rows } = await stage.pool.query<{ wait: number; after: number }>(
      `select extract(epoch from run_at - now())::float8 as wait, extract(epoch from run_at - $1)::float8 as after
       from deliveries`,
      [startedAt],
    );
    expect(rows[0]?.after).toBeGreaterThan(2);
    expect(rows[0]?.wait).toBeLessThanOrEqual(3);
    await putOff();
    stage.work();
    await stage.show(call.dial);
    await allDone();
    expect(methods()).toEqual(['sendMessage']);
    expect(heads()[0]).toMatch(/^📞 Дозвон/);
  });

  it('shows a start whose three seconds are over', async () => {
    await stage.subscribe(CHAT);
    stage.work();
    await stage.show(callInStates({ startedAt: new Date(Date.now() - 10_000) }).start);
    await allDone();
    expect(heads()).toEqual([`📞 Звонок от ${C} → Отдел продаж`]);
  });

  it('waits three seconds at most when the clock of the call is ahead', async () => {
    await stage.subscribe(CHAT);
    await stage.show(callInStates({ startedAt: new Date(Date.now() + 3_600_000) }).start);
    const { rows } = await stage.pool.query("select 1 from deliveries where run_at <= now() + interval '3 seconds'");
    expect(rows).toHaveLength(1);
  });

  it('that is over before its start was shown leaves only its final message', async () => {
    await stage.subscribe(CHAT);
    const call = callInStates();
    await stage.show(call.start);
    await putOff();
    stage.work();
    await stage.show(call.missed);
    await allDone();
    expect(methods()).toEqual(['sendMessage']);
    expect(heads()[0]).toMatch(/^❌ Не отвечен/);
    expect(stage.telegram.chat(CHAT)[0]?.silent).toBe(false);
  });

  it('skips the states that a burst has overtaken', async () => {
    await stage.subscribe(CHAT);
    const call = callInStates();
    await stage.show(call.dial);
    await stage.show(call.talk);
    await stage.show(call.answered);
    stage.work();
    await allDone();
    expect(methods()).toEqual(['sendMessage']);
    expect(heads()[0]).toMatch(/^✅/);
  });

  it('is not sent again when nothing changed, and never goes back from its end', async () => {
    await stage.subscribe(CHAT);
    stage.work();
    const call = callInStates();
    expect(await stage.show(call.answered)).toBe(1);
    await allDone();
    expect(await stage.show(call.answered)).toBe(0);
    expect(await stage.show(call.talk)).toBe(0);
    expect(await stage.show(call.start)).toBe(0);
    expect(methods()).toEqual(['sendMessage']);
  });

  it('is corrected in place when its end turns out different', async () => {
    await stage.subscribe(CHAT);
    stage.work();
    const call = callInStates();
    await stage.show(call.missed);
    await allDone();
    await stage.show(call.answered);
    await allDone();
    expect(methods()).toEqual(['sendMessage', 'editMessageText']);
    expect(heads()).toEqual([`✅ Завершен: ${C} ↔ Петров П. П. (150), 00:30`]);
  });

  it('disappears when it is taken back, live or final', async () => {
    await stage.subscribe(CHAT);
    stage.work();
    const [live, final] = [callInStates(), callInStates()];
    await stage.show(live.dial, final.missed);
    await allDone();
    expect(heads()).toHaveLength(2);
    await stage.show(live.takenBack, final.takenBack);
    await allDone();
    expect(heads()).toEqual([]);
  });

  it('is never shown when it is taken back before', async () => {
    await stage.subscribe(CHAT);
    const call = callInStates();
    expect(await stage.show(callInStates().takenBack)).toBe(0);
    await stage.show(call.start);
    await putOff();
    stage.work();
    await stage.show(call.takenBack);
    await stage.makeDue();
    await allDone();
    expect(stage.telegram.requests).toEqual([]);
  });

  it('comes back when it was taken back by mistake', async () => {
    await stage.subscribe(CHAT);
    stage.work();
    const call = callInStates();
    await stage.show(call.missed);
    await allDone();
    await stage.show(call.takenBack);
    await allDone();
    await stage.show(call.answered);
    await allDone();
    expect(heads()).toEqual([`✅ Завершен: ${C} ↔ Петров П. П. (150), 00:30`]);
  });

  it('tells the log that its final message was shown', async () => {
    await stage.subscribe(CHAT);
    const call = callInStates();
    const { number } = stage.tenant;
    await stage.pool.query(
      `insert into call_events (enterprise_number, unique_id, event_type, raw_data, call_uuid)
       values ($1, '1.1', 'hangup', '{}', $2), ($1, '1.2', 'hangup', '{}', gen_random_uuid()), ($1, '1.3', 'hangup', '{}', null)`,
      [number, call.missed.uuid],
    );
    stage.work();
    await stage.show(call.missed);
    await allDone();
    const { rows } = await stage.pool.query(
      'select enterprise_number as tenant, unique_id as channel from call_events where telegram_sent',
    );
    expect(rows).toEqual([{ tenant: number, channel: '1.1' }]);
  });
});

describe('who is told', () => {
  it('every subscriber gets the same, by the bot of the subscription', async () => {
    await stage.subscribe(CHAT);
    await stage.subscribe(CHAT + 1);
    await stage.subscribe(CHAT + 2, '200:own-bot');
    stage.work();
    expect(await stage.show(callInStates().missed)).toBe(3);
    await allDone();
    expect(heads(CHAT)).toHaveLength(1);
    expect(heads(CHAT + 1)).toEqual(heads(CHAT));
    expect(heads(CHAT + 2)).toEqual(heads(CHAT));
    expect(stage.telegram.requests.find(({ chatId }) => chatId === CHAT + 2)?.bot).toBe('200:own-bot');
  });

  it('one chat of one bot is told once, however it is subscribed', async () => {
    await stage.subscribe(CHAT);
    await stage.subscribe(CHAT, '100:tenant-bot-secret');
    stage.work();
    await stage.show(callInStates().missed);
    await allDone();
    expect(heads()).toHaveLength(1);
  });

  it('nobody of another tenant, nobody disabled and nobody without a bot', async () => {
    await stage.pool.query(
      `insert into enterprises (number, name, name2, bot_token) values ('0999', 'Other', '375290000999', '300:x')`,
    );
    await stage.pool.query(`insert into telegram_users (enterprise_number, tg_id) values ('0999', 9)`);
    const disabled = await stage.subscribe(CHAT);
    await stage.pool.query('update telegram_users set enabled = false where id = $1', [disabled]);
    expect(await stage.show(callInStates().missed)).toBe(0);
    await stage.pool.query('update telegram_users set enabled = true where id = $1', [disabled]);
    await stage.pool.query('update enterprises set bot_token = null where number = $1', [stage.tenant.number]);
    expect(await stage.show(callInStates().missed)).toBe(0);
  });

  it('who subscribes in the middle of a call sees it from then on, but no corrections of older ones', async () => {
    await stage.subscribe(CHAT);
    stage.work();
    const [old, running] = [callInStates(), callInStates()];
    await stage.show(old.missed, running.dial);
    await stage.subscribe(CHAT + 1);
    await stage.show(old.answered, running.talk);
    await allDone();
    expect(heads(CHAT + 1)).toEqual([`🔗 Разговор: ${C} ↔ Петров П. П. (150)`]);
  });
});

describe('a reply', () => {
  const minutesAgo = (minutes: number): Date => new Date(Date.now() - minutes * 60_000);

  it('goes to the last message of the same client within ten minutes, with the final message too', async () => {
    await stage.subscribe(CHAT);
    stage.work();
    await stage.show(callInStates().missed);
    await allDone();
    const [first] = stage.telegram.chat(CHAT);
    const again = callInStates();
    await stage.show(again.dial);
    await allDone();
    expect(stage.telegram.chat(CHAT)[1]?.replyTo).toBe(first?.id);
    expect(stage.telegram.requests.at(-1)?.params.reply_parameters).toBe(
      JSON.stringify({ message_id: first?.id, allow_sending_without_reply: true }),
    );
    await stage.show(again.answered);
    await allDone();
    expect(stage.telegram.chat(CHAT).map(({ replyTo }) => replyTo)).toEqual([null, first?.id]);
  });

  it('is none to another client, to an older message or to a call that runs', async () => {
    await stage.subscribe(CHAT);
    stage.work();
    const running = callInStates({ party: '+375290000003' });
    await stage.show(callInStates().missed, running.dial);
    await allDone();
    await stage.pool.query(`update telegram_messages set call_ended_at = call_ended_at - interval '11 minutes'`);
    await stage.show(
      callInStates().dial,
      callInStates({ party: '+375290000002' }).dial,
      callInStates({ party: '+375290000003' }).dial,
      callInStates({ party: '' }).dial,
    );
    await allDone();
    expect(stage.telegram.chat(CHAT).map(({ replyTo }) => replyTo)).toEqual(Array(6).fill(null));
  });

  it('links recovered calls of one client by their own times', async () => {
    await stage.subscribe(CHAT);
    const calls = [60, 55, 30].map(
      (minutes) => callInStates({ startedAt: minutesAgo(minutes), dataSource: 'recovery' }).missed,
    );
    await stage.show(...calls.toReversed());
    const { rows } = await stage.pool.query<{ call: string; answers: string | null }>(
      `select m.call_uuid as call, r.call_uuid as answers from telegram_messages m left join telegram_messages r on r.id = m.reply_to`,
    );
    const answers = new Map(rows.map((row) => [row.call, row.answers]));
    expect(calls.map(({ uuid }) => answers.get(uuid))).toEqual([null, calls[0]?.uuid, null]);
  });
});

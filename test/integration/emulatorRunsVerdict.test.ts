import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Run } from '../../services/emulator/src/runs/run.js';
import type { TestTenant } from '../harness/tenant.js';
import { until } from '../harness/until.js';
import { createRunsStage, type RunsStage } from './emulatorRunsStage.js';

let stage: RunsStage;
beforeAll(async () => {
  stage = await createRunsStage();
});
afterAll(() => stage.end());

/** Plays 1-10 up to its last event, lets something happen, and plays the rest. */
async function disturbed(tenant: TestTenant, disturb: (run: Run) => Promise<unknown>): Promise<string[]> {
  const { body } = await stage.post('/api/emulate', { enterprise: tenant.number, scenario: '1-10', pace: 'steps' });
  const { run_id } = body as { run_id: string };
  const read = async (): Promise<Run> => (await stage.get(`/api/emulate/${run_id}`)).body as Run;
  const { timeline } = await read();
  for (let step = 1; step < timeline.length; step++) {
    await stage.post(`/api/emulate/${run_id}/step`);
    await until('it is taken', async () => (await read()).timeline[step - 1]?.status === 200);
  }
  await disturb(await read());
  await stage.post(`/api/emulate/${run_id}/step`);
  const last = (await stage.follow(run_id)).at(-1);
  expect(last?.verdict?.ok).toBe(last?.verdict?.discrepancies.length === 0);
  return last?.verdict?.discrepancies ?? [];
}

test('nothing is said of a call that nothing happened to', async () => {
  expect(await disturbed(await stage.addTestTenant(), () => Promise.resolve())).toEqual([]);
});

test('a subscriber who blocks the bot', async () => {
  const tenant = await stage.addTestTenant();
  const [chat] = tenant.chats;
  await stage.post('/api/sandbox/faults', { target: 'telegram', mode: '403', chat_id: chat });
  const said = await disturbed(tenant, () => Promise.resolve());
  expect(said).toHaveLength(1);
  expect(said[0]).toMatch(new RegExp(`^Чат ${String(chat)}: подписка отключена во время прогона \\(.+\\)\\.$`));
});

test('an event that was acknowledged and is gone', async () => {
  const tenant = await stage.addTestTenant();
  const said = await disturbed(tenant, async ({ timeline }) => {
    const id = (timeline[0]?.answer as { event_id: number }).event_id;
    await stage.database.pool.query('delete from call_events where id = $1', [id]);
  });
  expect(said[0]).toMatch(/^Событие 1 \(dial\): ядро подтвердило событие \(id \d+\), но в call_events его нет\.$/);
});

test('an event that was stored once more than it was posted', async () => {
  const tenant = await stage.addTestTenant();
  const said = await disturbed(tenant, ({ timeline }) =>
    stage.database.pool.query(
      `insert into call_events (enterprise_number, unique_id, event_type, raw_data)
       select enterprise_number, unique_id, event_type, raw_data from call_events where id = $1`,
      [(timeline[0]?.answer as { event_id: number }).event_id],
    ),
  );
  expect(said).toContain('В call_events событий звонка больше, чем отправлено: лишних 1.');
});

test('a call without its row', async () => {
  const tenant = await stage.addTestTenant();
  const { pool } = stage.database;
  await pool.query(`create function lose_row() returns trigger language plpgsql as 'begin return null; end'`);
  await pool.query('create trigger lose before insert on calls for each row execute function lose_row()');
  try {
    const said = await disturbed(tenant, () => Promise.resolve());
    expect(said).toEqual([expect.stringMatching(/^Нет строки в calls: ожидался исходящий \+\d+, не отвечен\.$/)]);
  } finally {
    await pool.query('drop function lose_row cascade');
  }
});

test('a message that nobody knows of', async () => {
  const tenant = await stage.addTestTenant();
  const [chat_id] = tenant.chats;
  const said = await disturbed(tenant, ({ fields }) =>
    stage.post(`/sandbox/telegram/bot100000:test-${tenant.number}/sendMessage`, {
      chat_id,
      text: `❌ Звонок ${String(fields['client'])}`,
    }),
  );
  expect(said).toEqual([
    expect.stringMatching(new RegExp(`^Чат ${String(chat_id)}: лишнее сообщение \\d+ \\(«❌ Звонок`)),
  ]);
});

test('messages that the chat does not show any more', async () => {
  const tenant = await stage.addTestTenant();
  const [chat_id] = tenant.chats;
  // The final message's deletion is asked for by somebody else, as soon as it is there.
  const { pool } = stage.database;
  await pool.query(
    `create function wrong_id() returns trigger language plpgsql as
     'begin new.final_message_id := new.final_message_id + 1000; return new; end'`,
  );
  await pool.query(
    `create trigger wrong before update on telegram_messages for each row
     when (old.final_message_id is null and new.final_message_id is not null) execute function wrong_id()`,
  );
  try {
    const said = await disturbed(tenant, () => Promise.resolve());
    expect(said).toContainEqual(
      expect.stringMatching(
        new RegExp(`^Чат ${String(chat_id)}: итоговое сообщение \\d+ отправлено, но в чате его нет`),
      ),
    );
  } finally {
    await pool.query('drop function wrong_id cascade');
  }
});

test('a call that comes out otherwise than it must', async () => {
  const { number } = await stage.addTestTenant();
  const good = await stage.play({ enterprise: number, scenario: '2-1', pace: 'once' });
  const [call] = good.calls;
  if (call === undefined) throw new Error('there is no call');
  const { direction, party, talked, rang } = call;
  const events = good.timeline.map(({ event, offset_ms, body }) => ({ event, offset_ms, body }));
  const play = async (expected: object[], final_messages: number): Promise<string[]> => {
    const request = {
      enterprise: number,
      events,
      pace: 'once',
      rewrite: true,
      expected: { calls: expected, final_messages },
    };
    return (await stage.play(request, '/api/replay')).verdict?.discrepancies ?? [];
  };
  expect(await play([{ direction, party, answered: true, talked, rang: rang.toReversed() }], 1)).toEqual([]);
  const wrong = await play([{ direction, party, answered: false, talked: ['999'], rang: ['998'] }], 2);
  expect(wrong).toContain(`Звонок (входящий ${party}): в calls он отвечен, а должен быть не отвечен.`);
  expect(wrong).toContain(`Звонок (входящий ${party}): говорили ${talked.join(', ')}, а должны были 999.`);
  expect(wrong.some((sentence) => sentence.includes('звонили телефоны'))).toBe(true);
  expect(wrong.some((sentence) => sentence.includes('итоговых сообщений 1, а должно быть 2'))).toBe(true);
  const none = await play([], 0);
  expect(none[0]).toContain(`Лишняя строка в calls: входящий ${party}, отвечен, говорили ${talked.join(', ')}.`);
  const mark = await play([{ direction: 'outgoing', party, answered: false, talked: [], rang: [] }], 1);
  expect(mark.some((sentence) => sentence.endsWith('итоговые сообщения ✅, а должны быть ❌.'))).toBe(true);
});

test('a core that is not there', async () => {
  const { number } = await stage.addTestTenant();
  await stage.core.kill('SIGTERM');
  try {
    const { verdict, timeline } = await stage.play({ enterprise: number, scenario: '1-10', pace: 'once' });
    expect(verdict?.discrepancies.slice(0, 2)).toEqual([
      'Событие 1 (dial): не подтверждено ядром (ядро не отвечает: соединение отклонено).',
      `Не отправлено событий: ${timeline.length - 1} из ${timeline.length}.`,
    ]);
  } finally {
    await stage.restartCore();
  }
});

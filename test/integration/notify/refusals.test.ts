import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { freePort } from '../../harness/freePort.js';
import { PATIENCE, PATIENCE_MS } from '../../harness/patience.js';
import { createTelegramWorker } from '../../../services/core/src/notify/telegram/worker.js';
import type { DeliveryWorker } from '@live-calls/shared/runtime';
import type { CallToShow } from '../../../services/core/src/notify/callToShow.js';
import { callInStates } from './shown.js';
import { createStage, TENANT_BOT, type Stage } from './stage.js';
import { refusal, type SeenRequest } from './telegramStandIn.js';

const CHAT = 7001;
const GROUP = -7002;

let stage: Stage;
beforeEach(async () => {
  stage = await createStage();
});
afterEach(async () => {
  expect(stage.log.lines.join('\n')).not.toContain(TENANT_BOT.split(':')[1]);
  await stage.end();
});

const is =
  (method: string, chat = CHAT) =>
  (request: SeenRequest): boolean =>
    request.method === method && request.chatId === chat;
const heads = (chat = CHAT): string[] => stage.telegram.chat(chat).map(({ text }) => text.split(' ')[0] ?? '');
const methods = (chat = CHAT): string[] =>
  stage.telegram.requests.filter(({ chatId }) => chatId === chat).map(({ method }) => method);
const until = (check: () => unknown): Promise<void> =>
  vi.waitFor(async () => {
    await check();
  }, PATIENCE);
const allDone = (): Promise<void> =>
  until(async () => {
    const { pending = 0, running = 0 } = await stage.states();
    expect(pending + running).toBe(0);
  });
const owed = async (): Promise<{ state: string; error: string | null; wait: number; attempts: number } | undefined> => {
  const { rows } = await stage.pool.query<{ state: string; error: string | null; wait: number; attempts: number }>(
    `select state, last_error as error, extract(epoch from run_at - now())::float8 as wait, attempts from deliveries`,
  );
  return rows[0];
};

describe('what Telegram refuses', () => {
  it('not modified and not found are done', async () => {
    await stage.subscribe(CHAT);
    stage.work();
    const call = callInStates();
    await stage.show(call.dial);
    await allDone();
    stage.telegram.misbehave(
      is('editMessageText'),
      refusal(400, 'Bad Request: message is not modified: it is the same'),
      1,
    );
    await stage.show(call.talk);
    await allDone();
    stage.telegram.misbehave(is('deleteMessage'), refusal(400, 'Bad Request: message to delete not found'), 1);
    await stage.show(call.answered);
    await allDone();
    expect(methods()).toEqual(['sendMessage', 'editMessageText', 'sendMessage', 'deleteMessage']);
    expect(await stage.states()).toEqual({ done: 1 });
  });

  it.each([
    ['was deleted by its reader', undefined],
    ["can't be edited", "Bad Request: message can't be edited"],
  ])('a live message that %s is sent anew, without a sound', async (_name, description) => {
    await stage.subscribe(CHAT);
    stage.work();
    const call = callInStates();
    await stage.show(call.start);
    await stage.makeDue();
    await allDone();
    stage.telegram.forget(CHAT, stage.telegram.chat(CHAT)[0]?.id ?? 0);
    if (description) stage.telegram.misbehave(is('editMessageText'), refusal(400, description), 1);
    await stage.show(call.dial);
    await allDone();
    expect(methods()).toEqual(['sendMessage', 'editMessageText', 'sendMessage']);
    expect(heads()).toEqual(['📞']);
    expect(stage.telegram.chat(CHAT)[0]?.silent).toBe(true);
  });

  it('a message that cannot be deleted is left', async () => {
    await stage.subscribe(CHAT);
    stage.work();
    const call = callInStates();
    await stage.show(call.dial);
    await allDone();
    stage.telegram.misbehave(is('deleteMessage'), refusal(400, "Bad Request: message can't be deleted"));
    await stage.show(call.missed);
    await allDone();
    expect(heads()).toEqual(['📞', '❌']);
    expect(stage.log.lines.some((line) => line.startsWith('warn') && line.includes('stays in the chat'))).toBe(true);
  });

  it.each([
    [403, 'Forbidden: bot was blocked by the user'],
    [403, 'Forbidden: bot was kicked from the supergroup chat'],
    [400, 'Bad Request: chat not found'],
  ])('%i %s disables that subscription and holds no other back', async (status, description) => {
    const blocked = await stage.subscribe(CHAT);
    await stage.subscribe(CHAT + 1);
    stage.telegram.misbehave(is('sendMessage'), refusal(status, description));
    stage.work();
    await stage.show(callInStates().missed, callInStates({ party: '+375290000002' }).missed);
    await allDone();
    expect(heads(CHAT + 1)).toEqual(['❌', '❌']);
    const { rows } = await stage.pool.query(
      'select id, disabled_reason as reason from telegram_users where not enabled',
    );
    expect(rows).toEqual([{ id: blocked, reason: `${status} ${description}` }]);
    expect(
      stage.log.lines.some((line) => line.startsWith('warn subscription disabled') && line.includes(`chat=${CHAT}`)),
    ).toBe(true);
    const before = methods().length;
    expect(await stage.show(callInStates().missed)).toBe(1);
    await allDone();
    expect(methods()).toHaveLength(before);
  });

  it('a group that moved is followed', async () => {
    await stage.subscribe(GROUP);
    stage.telegram.misbehave(
      is('sendMessage', GROUP),
      refusal(400, 'Bad Request: group chat was upgraded to a supergroup chat', { migrate_to_chat_id: -1007002 }),
    );
    stage.work();
    await stage.show(callInStates().missed);
    await allDone();
    expect(heads(-1007002)).toEqual(['❌']);
    expect((await stage.pool.query('select tg_id from telegram_users')).rows).toEqual([{ tg_id: -1007002 }]);
  });

  it('markup that Telegram does not take is sent once as plain text', async () => {
    await stage.subscribe(CHAT);
    stage.telegram.misbehave(
      ({ params }) => params.parse_mode === 'HTML',
      refusal(400, `Bad Request: can't parse entities: Unsupported start tag "x" at byte offset 0`),
    );
    stage.work();
    const call = callInStates();
    await stage.show({ ...call.answered, clientName: 'A&B', recordUrl: 'https://rec.example/1' });
    await allDone();
    const [message] = stage.telegram.chat(CHAT);
    expect(message?.text).toContain('(A&B)');
    expect(message?.text).toContain('🔉 Запись разговора');
    expect(methods()).toEqual(['sendMessage', 'sendMessage']);
    expect(stage.log.lines.some((line) => line.startsWith('error'))).toBe(true);
  });

  it('what it will never take is given up, and a correction is tried again', async () => {
    await stage.subscribe(CHAT);
    stage.telegram.misbehave(is('sendMessage'), refusal(400, 'Bad Request: message is too long'), 1);
    stage.work();
    const call = callInStates();
    await stage.show(call.missed);
    await until(async () =>
      expect(await owed()).toMatchObject({ state: 'dead', error: '400 Bad Request: message is too long' }),
    );
    await stage.show(call.answered);
    await allDone();
    expect(heads()).toEqual(['✅']);
  });
});

describe('too many requests', () => {
  it('wait exactly as long as Telegram asks, and hold no other chat back', async () => {
    await stage.subscribe(CHAT);
    await stage.subscribe(CHAT + 1);
    stage.telegram.misbehave(
      is('sendMessage'),
      refusal(429, 'Too Many Requests: retry after 100', { retry_after: 100 }),
    );
    stage.work();
    await stage.show(callInStates().missed);
    await until(() => expect(heads(CHAT + 1)).toEqual(['❌']));
    await until(async () => {
      const { rows } = await stage.pool.query<{ wait: number }>(
        `select extract(epoch from run_at - now())::float8 as wait from deliveries where state = 'pending'`,
      );
      expect(rows).toHaveLength(1);
      expect(rows[0]?.wait).toBeGreaterThan(30);
      expect(rows[0]?.wait).toBeLessThanOrEqual(100);
    });
    // Neither a new state nor another call goes to that chat before.
    await stage.show(callInStates({ party: '+375290000002' }).missed);
    await until(() => expect(heads(CHAT + 1)).toEqual(['❌', '❌']));
    await stage.makeDue();
    await until(async () => expect(await stage.states()).toEqual({ done: 2, pending: 2 }));
    expect(methods()).toEqual(['sendMessage']);
  });

  it('are over when they are over: the newest state is shown', async () => {
    await stage.subscribe(CHAT);
    let refuse: () => void = () => undefined;
    const after = new Promise<void>((resolve) => (refuse = resolve));
    const tooMany = refusal(429, 'Too Many Requests: retry after 1', { retry_after: 1 });
    stage.telegram.misbehave(is('sendMessage'), { ...tooMany, after }, 1);
    stage.work();
    const call = callInStates();
    await stage.show(call.dial);
    await until(() => expect(methods()).toEqual(['sendMessage']));
    await stage.show(call.talk);
    await stage.show(call.answered);
    refuse();
    await allDone();
    expect(methods()).toEqual(['sendMessage', 'sendMessage']);
    expect(heads()).toEqual(['✅']);
  });
});

describe('no clear answer', () => {
  it('a refused connection is tried again and nothing is said of doubles', async () => {
    await stage.subscribe(CHAT);
    const worker = createTelegramWorker({
      pool: stage.pool,
      logger: stage.log.logger,
      apiRoot: `http://127.0.0.1:${await freePort()}`,
    });
    try {
      await stage.show(callInStates().missed);
      worker.wake();
      await until(async () => expect(await owed()).toMatchObject({ state: 'pending', error: 'ECONNREFUSED' }));
    } finally {
      await worker.stop();
    }
    expect(stage.log.lines.join('\n')).not.toContain('twice');
    stage.work();
    await stage.makeDue();
    await allDone();
    expect(heads()).toEqual(['❌']);
    expect(stage.log.lines.join('\n')).not.toContain('twice');
  });

  it.each([
    ['502', refusal(502, 'Bad Gateway')],
    ['a page instead of JSON', { status: 200, json: undefined }],
    ['a closed line', 'drop'],
  ] as const)('after %s the message is sent again, and the log tells of a possible double', async (_name, instead) => {
    await stage.subscribe(CHAT);
    stage.telegram.misbehave(is('sendMessage'), instead, 1);
    stage.work();
    await stage.show(callInStates().missed);
    await until(() => expect(stage.log.lines.some((line) => line.includes('may appear twice'))).toBe(true));
    await until(async () => expect(await owed()).toMatchObject({ state: 'pending' }));
    await stage.makeDue();
    await allDone();
    expect(heads()).toEqual(['❌']);
  });

  it('a final message whose answer was lost is shown, rather twice than never', async () => {
    await stage.subscribe(CHAT);
    stage.telegram.misbehave(is('sendMessage'), 'workAndDrop', 1);
    stage.work();
    await stage.show(callInStates().missed);
    await until(async () => expect(await owed()).toMatchObject({ state: 'pending', attempts: 1 }));
    await stage.makeDue();
    await allDone();
    expect(heads()).toEqual(['❌', '❌']);
  });

  it('a chat that hangs is given up after the timeout, and other chats do not wait for it', async () => {
    await stage.subscribe(CHAT);
    await stage.subscribe(CHAT + 1);
    stage.telegram.misbehave(is('sendMessage'), 'hang', 1);
    stage.work({ timeoutMs: 3_000 });
    await stage.show(...Array.from({ length: 3 }, (_, n) => callInStates({ party: `+37529000000${n}` }).missed));
    await until(() => expect(heads(CHAT + 1)).toEqual(['❌', '❌', '❌']));
    await until(() => expect(stage.log.lines.some((line) => line.includes('reason=timeout'))).toBe(true));
    await stage.makeDue();
    await until(() => expect(heads(CHAT)).toEqual(['❌', '❌', '❌']));
  });

  it.each([
    [401, 'Unauthorized'],
    [404, 'Not Found'],
  ])('a token that is refused with %i is tried slowly and spoken of once', async (status, description) => {
    for (let n = 0; n < 5; n += 1) await stage.subscribe(CHAT + n);
    await stage.subscribe(CHAT, '200:good');
    stage.telegram.misbehave(({ bot }) => bot === TENANT_BOT, refusal(status, description));
    stage.work();
    await stage.show(callInStates().missed);
    await until(() => expect(heads()).toEqual(['❌']));
    await until(async () => expect(await stage.states()).toEqual({ done: 1, pending: 5 }));
    await stage.makeDue();
    await until(async () => {
      const { rows } = await stage.pool.query(
        "select 1 from deliveries where state = 'pending' and run_at > now() + interval '30 s'",
      );
      expect(rows).toHaveLength(5);
    });
    expect(stage.log.lines.filter((line) => line.startsWith('error'))).toHaveLength(1);
    expect(stage.telegram.requests.filter(({ bot }) => bot === TENANT_BOT).length).toBeLessThanOrEqual(5);
    // A person corrects it.
    await stage.pool.query(`update enterprises set bot_token = '100:corrected'`);
    await stage.makeDue();
    await allDone();
    expect([0, 1, 2, 3, 4].map((n) => heads(CHAT + n).length)).toEqual([2, 1, 1, 1, 1]);
  });
});

describe('a worker that dies', () => {
  it('between the claim and the request loses nothing', async () => {
    await stage.subscribe(CHAT);
    const call = callInStates();
    await stage.show(call.dial);
    await stage.pool.query(
      `update deliveries set state = 'running', attempts = 1, lease_owner = gen_random_uuid(), lease_until = now() - interval '1 second'`,
    );
    stage.work();
    await allDone();
    expect(methods()).toEqual(['sendMessage']);
  });

  it('after the final message was sent leaves the deletion to the next one', async () => {
    await stage.subscribe(CHAT);
    const first = stage.work();
    const call = callInStates();
    await stage.show(call.dial);
    await allDone();
    let isBroken = true;
    stage.telegram.misbehave((request) => isBroken && is('deleteMessage')(request), 'drop');
    await stage.show(call.missed);
    await until(() => expect(methods()).toContain('deleteMessage'));
    await until(async () => expect(await owed()).toMatchObject({ state: 'pending' }));
    await first.stop();
    expect(heads()).toEqual(['📞', '❌']);
    isBroken = false;
    const tries = methods().length;
    stage.work();
    await stage.makeDue();
    await allDone();
    expect(methods().slice(0, 3)).toEqual(['sendMessage', 'sendMessage', 'deleteMessage']);
    expect(methods().slice(tries)).toEqual(['deleteMessage']);
    expect(heads()).toEqual(['❌']);
  });

  describe('or only slept', () => {
    /** A worker in the middle of a send, whose delivery somebody else takes over. */
    const sleepInSending = async (call: CallToShow): Promise<{ wakeUp(): void }> => {
      let wakeUp: () => void = () => undefined;
      const workAfter = new Promise<void>((resolve) => (wakeUp = resolve));
      stage.telegram.misbehave(is('sendMessage'), { workAfter }, 1);
      stage.work({ timeoutMs: PATIENCE_MS });
      await stage.show(call);
      await until(() => expect(methods()).toEqual(['sendMessage']));
      const other = createTelegramWorker({
        pool: stage.pool,
        logger: stage.log.logger,
        apiRoot: stage.telegram.apiRoot,
      });
      takenOver.push(other);
      return { wakeUp };
    };
    let takenOver: DeliveryWorker[] = [];
    beforeEach(() => {
      takenOver = [];
    });
    afterEach(() => Promise.all(takenOver.map((worker) => worker.stop())));

    it('and takes its delivery over from itself leaves one message', async () => {
      await stage.subscribe(CHAT);
      let wakeUp: () => void = () => undefined;
      const workAfter = new Promise<void>((resolve) => (wakeUp = resolve));
      stage.telegram.misbehave(is('sendMessage'), { workAfter }, 1);
      stage.work({ timeoutMs: PATIENCE_MS });
      await stage.show(callInStates().missed);
      await until(() => expect(methods()).toEqual(['sendMessage']));
      await stage.pool.query(
        `update deliveries set lease_owner = gen_random_uuid(), lease_until = now() - interval '1 second'`,
      );
      const lease = async (): Promise<{ attempts: number; until: Date } | undefined> => {
        const { rows } = await stage.pool.query<{ attempts: number; until: Date }>(
          'select attempts, lease_until as until from deliveries',
        );
        return rows[0];
      };
      await until(async () => expect(await lease()).toMatchObject({ attempts: 2 }));
      // The second one is renewed for so long that the first one has run out for whoever had it.
      const begun = (await lease())?.until.getTime() ?? 0;
      await until(async () => expect((await lease())?.until.getTime()).toBeGreaterThan(begun + 8_000));
      wakeUp();
      await allDone();
      expect(methods()).toEqual(['sendMessage']);
      expect(heads()).toEqual(['❌']);
    });

    it('leaves one message between it and who took its delivery over', async () => {
      await stage.subscribe(CHAT);
      const call = callInStates();
      const { wakeUp } = await sleepInSending(call.missed);
      // The sleeper would be first to take it again; a lease of somebody else that ran out is free for both.
      await until(async () => {
        await stage.pool.query(
          `update deliveries set state = 'running', lease_owner = gen_random_uuid(), lease_until = now() - interval '1 second'
           where state <> 'done'`,
        );
        expect(heads()).toEqual(['❌']);
      });
      wakeUp();
      await until(() => expect(methods()).toContain('deleteMessage'));
      await until(() => expect(heads()).toEqual(['❌']));
      await allDone();
      // The sleeper says so after its last request, which may be later than the other one's end.
      for (const words of ['another worker has sent it', 'lease lost'])
        await until(() => expect(stage.log.lines.some((line) => line.includes(words))).toBe(true));
    });
  });
});

it('two workers on one database never send twice', async () => {
  for (let n = 0; n < 4; n += 1) await stage.subscribe(CHAT + n);
  stage.work();
  stage.work();
  const calls = Array.from({ length: 4 }, (_, n) => callInStates({ party: `+37529000000${n}` }));
  await stage.show(...calls.map((call) => call.dial));
  await stage.show(...calls.map((call) => call.talk));
  await stage.show(...calls.map((call) => call.answered));
  await until(() => expect([0, 1, 2, 3].map((n) => heads(CHAT + n))).toEqual(Array(4).fill(['✅', '✅', '✅', '✅'])));
  const sends = stage.telegram.requests.filter(
    ({ method, params }) => method === 'sendMessage' && params.text?.startsWith('✅'),
  );
  expect(sends).toHaveLength(16);
});

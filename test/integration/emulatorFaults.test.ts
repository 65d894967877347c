import { Api, NetworkError, TelegramApiError, TimeoutError } from 'node-telegram-bot-api';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { PATIENCE_MS } from '../harness/patience.js';
import { startEmulator, TOKEN, type TestEmulator } from './emulatorServer.js';

const CHAT = 100_200_300;
const OTHER_CHAT = 100_200_301;
let emulator: TestEmulator;

beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.close());
beforeEach(() => emulator.post('/api/sandbox/reset'));

const ask = (fault: object): Promise<{ status: number; body: unknown }> =>
  emulator.post('/api/sandbox/faults', { target: 'telegram', ...fault });

function sendAsTheCoreDoes(chatId = CHAT, timeoutMs = PATIENCE_MS): Promise<unknown> {
  const client = new Api(TOKEN, { apiRoot: emulator.apiRoot, maxRetries: 0, timeoutMs });
  return client.sendMessage({ chat_id: chatId, text: 'x' }).then(
    () => 'sent',
    (error: unknown) => error,
  );
}

describe('faults on demand', () => {
  test.each([
    [{ mode: '429', retry_after: 14 }, { errorCode: 429, retryAfter: 14 }, 'Too Many Requests: retry after 14'],
    [{ mode: '500' }, { errorCode: 500 }, 'Internal Server Error'],
    [{ mode: '403' }, { errorCode: 403 }, 'Forbidden: bot was blocked by the user'],
    [{ mode: 'chat_not_found' }, { errorCode: 400 }, 'Bad Request: chat not found'],
    [
      { mode: 'migrate', migrate_to_chat_id: -100_777 },
      { errorCode: 400, migrateToChatId: -100_777 },
      'Bad Request: group chat was upgraded to a supergroup chat',
    ],
  ])('%j is met once, then all is well', async (fault, expected, description) => {
    expect((await ask(fault)).status).toBe(201);
    const error = await sendAsTheCoreDoes();
    expect(error).toBeInstanceOf(TelegramApiError);
    expect(error).toMatchObject(expected);
    expect(String(error)).toContain(description);
    expect(await sendAsTheCoreDoes()).toBe('sent');
    const { messages, history } = await emulator.chat(CHAT);
    expect(messages).toHaveLength(1);
    expect(history).toMatchObject([
      { ok: false, fault: fault.mode, error: description },
      { ok: true, message_id: 1 },
    ]);
    expect(history[1]).not.toHaveProperty('fault');
  });

  test('no answer, and nothing was done', async () => {
    await ask({ mode: 'timeout' });
    expect(await sendAsTheCoreDoes(CHAT, 500)).toBeInstanceOf(TimeoutError);
    expect((await emulator.chat(CHAT)).messages).toHaveLength(0);
  });

  test('no answer, but the message was accepted', async () => {
    await ask({ mode: 'accept_timeout' });
    expect(await sendAsTheCoreDoes(CHAT, 1_000)).toBeInstanceOf(TimeoutError);
    const { messages, history } = await emulator.chat(CHAT);
    expect(messages).toHaveLength(1);
    expect(history).toMatchObject([{ ok: true, fault: 'accept_timeout' }]);
  });

  test('a connection that breaks', async () => {
    await ask({ mode: 'reset' });
    expect(await sendAsTheCoreDoes()).toBeInstanceOf(NetworkError);
    expect((await emulator.chat(CHAT)).messages).toHaveLength(0);
  });

  test('a slow answer comes after one that was asked for later', async () => {
    await ask({ mode: 'slow', delay_ms: 3_000, chat_id: CHAT });
    const slow = sendAsTheCoreDoes(CHAT);
    expect(await sendAsTheCoreDoes(OTHER_CHAT)).toBe('sent');
    expect((await emulator.chat(CHAT)).messages).toHaveLength(0);
    expect(await slow).toBe('sent');
    expect((await emulator.chat(CHAT)).messages).toHaveLength(1);
  });

  test('as many times as asked for, for that chat and that method only', async () => {
    await ask({ mode: '403', count: 2, chat_id: CHAT, method: 'sendMessage' });
    expect(await sendAsTheCoreDoes(OTHER_CHAT)).toBe('sent');
    const deletion = await emulator.call('deleteMessage', { chat_id: CHAT, message_id: 1 });
    expect(deletion.answer.description).toBe('Bad Request: message to delete not found');
    expect(await sendAsTheCoreDoes()).toMatchObject({ errorCode: 403 });
    expect(await (await fetch(`${emulator.url}/api/sandbox/faults`)).json()).toMatchObject({ faults: [{ count: 1 }] });
    expect(await sendAsTheCoreDoes()).toMatchObject({ errorCode: 403 });
    expect(await sendAsTheCoreDoes()).toBe('sent');
  });

  test('a reset takes chats and faults away', async () => {
    await emulator.send(CHAT, 'x');
    await ask({ mode: '500', count: 100 });
    await emulator.post('/api/sandbox/reset');
    expect(await emulator.chat(CHAT)).toEqual({ messages: [], history: [] });
    expect(await sendAsTheCoreDoes()).toBe('sent');
  });

  test.each([
    [{ target: 'telegram', mode: '418' }],
    [{ target: 'telex', mode: '500' }],
    [{ target: 'telegram', mode: '500', count: 0 }],
    [{ target: 'telegram', mode: '500', chat: 1 }],
  ])('%j is no fault', async (fault) => {
    const { status, body } = await emulator.post('/api/sandbox/faults', fault);
    expect(status).toBe(400);
    expect(body).toHaveProperty('error');
  });
});

describe('limits like those of Telegram', () => {
  let now: number;
  let limited: TestEmulator;

  beforeEach(async () => {
    now = Date.now();
    limited = await startEmulator({ now: () => now });
    await limited.post('/api/sandbox/limits', { telegram: true });
    return () => limited.close();
  });

  async function sendMany(count: number, chatOf: (n: number) => number): Promise<(number | undefined)[]> {
    const waits: (number | undefined)[] = [];
    for (let n = 0; n < count; n++) {
      const { answer } = await limited.call('sendMessage', { chat_id: chatOf(n), text: 'x' });
      waits.push(answer.parameters?.retry_after);
    }
    return waits;
  }

  test('a chat takes a short burst, then asks to wait; afterwards it takes messages again', async () => {
    expect(await sendMany(4, () => CHAT)).toEqual([undefined, undefined, undefined, 3]);
    now += 3_000;
    expect(await sendMany(1, () => CHAT)).toEqual([undefined]);
  });

  test('a bot sends 30 a second', async () => {
    const waits = await sendMany(31, (n) => CHAT + n);
    expect(waits.filter((wait) => wait !== undefined)).toEqual([1]);
    expect(waits.at(-1)).toBe(1);
  });

  test('a group takes 20 a minute', async () => {
    const waits: (number | undefined)[] = [];
    for (let n = 0; n < 21; n++) {
      now += 2_000;
      waits.push(...(await sendMany(1, () => -1_001_234)));
    }
    expect(waits.filter((wait) => wait !== undefined)).toEqual([20]);
  });

  test('they are off after a reset', async () => {
    await limited.post('/api/sandbox/reset');
    expect(await sendMany(5, () => CHAT)).toEqual(Array.from({ length: 5 }, () => undefined));
  });
});

describe('bounded state', () => {
  let small: TestEmulator;
  beforeEach(async () => {
    small = await startEmulator({ bounds: { chats: 3, messagesPerChat: 2, historyPerChat: 4, history: 9 } });
    return () => small.close();
  });

  const chatIds = async (): Promise<number[]> => {
    const { chats } = (await (await fetch(`${small.url}/api/sandbox/telegram/chats`)).json()) as {
      chats: { chat_id: number }[];
    };
    return chats.map((chat) => chat.chat_id);
  };

  test('a chat forgets its oldest messages and requests, not its count', async () => {
    for (let n = 1; n <= 6; n++) await small.send(1, `сообщение ${n}`);
    const { messages, history } = await small.chat(1);
    expect(messages.map(({ message_id }) => message_id)).toEqual([5, 6]);
    expect(history.map(({ message_id }) => message_id)).toEqual([3, 4, 5, 6]);
  });

  test('the chat that was used least recently is forgotten', async () => {
    for (const id of [1, 2, 3, 1, 4]) await small.send(id, 'x');
    expect(await chatIds()).toEqual([4, 1, 3]);
  });

  test('many requests in few chats are bounded too', async () => {
    for (const id of [1, 2, 3]) for (let n = 0; n < 4; n++) await small.send(id, 'x');
    expect(await chatIds()).toEqual([3, 2]);
  });
});

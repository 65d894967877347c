import { Api, TelegramApiError } from 'node-telegram-bot-api';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startEmulator, TOKEN, type TestEmulator } from './emulatorServer.js';

const CHAT = 100_200_300;
let emulator: TestEmulator;

beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.close());
beforeEach(() => emulator.post('/api/sandbox/reset'));

describe('what a chat shows', () => {
  test('a sent message, in the form of Telegram', async () => {
    const { status, answer } = await emulator.call('sendMessage', {
      chat_id: CHAT,
      text: ' <b>📞 Звонок</b> &lt;тест&gt; ',
      parse_mode: 'HTML',
      disable_notification: true,
    });
    expect(status).toBe(200);
    expect(answer).toMatchObject({
      ok: true,
      result: {
        message_id: 1,
        from: { id: 123_456, is_bot: true },
        chat: { id: CHAT, type: 'private' },
        text: '📞 Звонок <тест>',
        entities: [{ type: 'bold', offset: 0, length: 9 }],
      },
    });
    const { messages } = await emulator.chat(CHAT);
    expect(messages).toMatchObject([
      { message_id: 1, bot: 123_456, text: '📞 Звонок <тест>', silent: true, edited: false },
    ]);
  });

  test('ids grow in each chat by itself', async () => {
    expect(await emulator.send(CHAT, 'один')).toBe(1);
    expect(await emulator.send(CHAT, 'два')).toBe(2);
    expect(await emulator.send(-1_001_234, 'три')).toBe(1);
    await emulator.call('deleteMessage', { chat_id: CHAT, message_id: 2 });
    expect(await emulator.send(CHAT, 'четыре')).toBe(3);
  });

  test('an edited message stays where it is, a deleted one is gone, the history keeps everything', async () => {
    const id = await emulator.send(CHAT, 'Дозвон');
    await emulator.send(CHAT, 'Другой звонок');
    await emulator.call('editMessageText', { chat_id: CHAT, message_id: id, text: 'Разговор' });
    expect((await emulator.chat(CHAT)).messages).toMatchObject([
      { message_id: id, text: 'Разговор', edited: true },
      { text: 'Другой звонок', edited: false },
    ]);
    const { answer } = await emulator.call('deleteMessage', { chat_id: CHAT, message_id: id });
    expect(answer).toEqual({ ok: true, result: true });
    const { messages, history } = await emulator.chat(CHAT);
    expect(messages.map(({ text }) => text)).toEqual(['Другой звонок']);
    expect(history.map(({ method, message_id, ok }) => [method, message_id, ok])).toEqual([
      ['sendMessage', 1, true],
      ['sendMessage', 2, true],
      ['editMessageText', 1, true],
      ['deleteMessage', 1, true],
    ]);
  });

  test('a reply names its message, also in the older form', async () => {
    const id = await emulator.send(CHAT, 'Первый');
    await emulator.send(CHAT, 'Второй', { reply_parameters: { message_id: id } });
    await emulator.send(CHAT, 'Третий', { reply_to_message_id: id });
    const { messages } = await emulator.chat(CHAT);
    expect(messages.map((message) => message.reply_to_message_id)).toEqual([undefined, id, id]);
  });

  test('a reply to a message that is gone is sent alone only when that is allowed', async () => {
    const reply = { message_id: 77 };
    const refused = await emulator.call('sendMessage', { chat_id: CHAT, text: 'x', reply_parameters: reply });
    expect(refused.answer.description).toBe('Bad Request: message to be replied not found');
    await emulator.send(CHAT, 'x', { reply_parameters: { ...reply, allow_sending_without_reply: true } });
    const { messages } = await emulator.chat(CHAT);
    expect(messages).toHaveLength(1);
    expect(messages[0]).not.toHaveProperty('reply_to_message_id');
  });

  test('several bots in one chat are told apart, without their secrets', async () => {
    const other = '777:BBBsecret';
    const id = await emulator.send(CHAT, 'первый бот');
    await emulator.call('sendMessage', { chat_id: CHAT, text: 'второй бот' }, other);
    const foreign = await emulator.call('editMessageText', { chat_id: CHAT, message_id: id, text: 'чужой' }, other);
    expect(foreign.answer.description).toBe('Bad Request: message to edit not found');
    const everything = await emulator.chat(CHAT);
    expect(everything.messages.map(({ bot }) => bot)).toEqual([123_456, 777]);
    expect(JSON.stringify(everything)).not.toContain('secret');
    const { messages, history } = await emulator.chat(CHAT, '?bot=777');
    expect(messages.map(({ text }) => text)).toEqual(['второй бот']);
    expect(history.map(({ ok }) => ok)).toEqual([true, false]);
  });
});

describe('what Telegram refuses', () => {
  const NOT_MODIFIED =
    'Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a ' +
    'current content and reply markup of the message';
  const refusals: [string, string, object, number, string][] = [
    ['no chat', 'sendMessage', { text: 'x' }, 400, 'Bad Request: chat_id is empty'],
    ['a chat that cannot be', 'sendMessage', { chat_id: 'иванов', text: 'x' }, 400, 'Bad Request: chat not found'],
    ['no text', 'sendMessage', { chat_id: CHAT }, 400, 'Bad Request: message text is empty'],
    ['blank text', 'sendMessage', { chat_id: CHAT, text: ' \n ' }, 400, 'Bad Request: message text is empty'],
    ['empty tags', 'sendMessage', html('<b> </b>'), 400, 'Bad Request: message text is empty'],
    ['long text', 'sendMessage', html('<b>' + 'я'.repeat(4_097) + '</b>'), 400, 'Bad Request: message is too long'],
    ['markdown', 'sendMessage', { ...html('x'), parse_mode: 'MD' }, 400, 'Bad Request: unsupported parse_mode'],
    ['an edit of nothing', 'editMessageText', edit(9, 'x'), 400, 'Bad Request: message to edit not found'],
    ['an edit without id', 'editMessageText', html('x'), 400, 'Bad Request: message identifier is not specified'],
    ['an edit that changes nothing', 'editMessageText', edit(1, '<i>как</i> было'), 400, NOT_MODIFIED],
    [
      'a deletion of nothing',
      'deleteMessage',
      { chat_id: CHAT, message_id: 9 },
      400,
      'Bad Request: message to delete not found',
    ],
    ['an unknown method', 'sendFax', { chat_id: CHAT }, 404, 'Not Found: method not found'],
  ];

  test.each(refusals)('%s', async (_name, method, params, status, description) => {
    await emulator.send(CHAT, '<i>как</i> было');
    const reply = await emulator.call(method, params);
    expect(reply).toEqual({ status, answer: { ok: false, error_code: status, description } });
    expect((await emulator.chat(CHAT)).messages).toHaveLength(1);
  });

  test('a refused request is in the history with its error', async () => {
    await emulator.call('deleteMessage', { chat_id: CHAT, message_id: 9 });
    expect((await emulator.chat(CHAT)).history).toMatchObject([
      { method: 'deleteMessage', message_id: 9, ok: false, error: 'Bad Request: message to delete not found' },
    ]);
  });

  test.each(['abc', '0:x', '123', ':x', '123:', '123:a b'])('the malformed token "%s"', async (token) => {
    const { status, answer } = await emulator.call('getMe', {}, encodeURIComponent(token));
    expect({ status, answer }).toEqual({
      status: 401,
      answer: { ok: false, error_code: 401, description: 'Unauthorized' },
    });
  });

  test('a message older than 48 hours is not deleted, but edited', async () => {
    let now = Date.now();
    const later = await startEmulator({ now: () => now });
    try {
      const id = await later.send(CHAT, 'x');
      now += 48 * 3_600_000 + 2_000;
      const deletion = await later.call('deleteMessage', { chat_id: CHAT, message_id: id });
      expect(deletion.answer.description).toBe("Bad Request: message can't be deleted");
      const change = await later.call('editMessageText', { chat_id: CHAT, message_id: id, text: 'y' });
      expect(change.answer.ok).toBe(true);
    } finally {
      await later.close();
    }
  });

  function html(text: string): object {
    return { chat_id: CHAT, text, parse_mode: 'HTML' };
  }
  function edit(id: number, text: string): object {
    return { ...html(text), message_id: id };
  }
});

describe('the client that the core uses', () => {
  const client = (): Api => new Api(TOKEN, { apiRoot: emulator.apiRoot, maxRetries: 0, timeoutMs: 5_000 });

  test('sends, edits and deletes, with nested parameters in its forms', async () => {
    const first = await client().sendMessage({ chat_id: CHAT, text: '<b>Первый</b> & &amp;', parse_mode: 'HTML' });
    expect(first.text).toBe('Первый & &');
    const second = await client().sendMessage({
      chat_id: String(CHAT),
      text: 'Второй',
      disable_notification: true,
      reply_parameters: { message_id: first.message_id, allow_sending_without_reply: true },
      link_preview_options: { is_disabled: true },
    });
    expect(second.reply_to_message).toMatchObject({ message_id: first.message_id });
    await client().editMessageText({ chat_id: CHAT, message_id: second.message_id, text: 'Второй, изменён' });
    await client().deleteMessage({ chat_id: CHAT, message_id: first.message_id });
    const { messages } = await emulator.chat(CHAT);
    expect(messages).toMatchObject([{ text: 'Второй, изменён', silent: true, edited: true }]);
  });

  test('knows its bot', async () => {
    expect(await client().getMe()).toMatchObject({ id: 123_456, is_bot: true });
    const got = await fetch(`${emulator.apiRoot}/bot${TOKEN}/GETME`);
    expect(await got.json()).toMatchObject({ ok: true });
  });

  test('sees refusals as Telegram words them', async () => {
    const error = await client()
      .sendMessage({ chat_id: CHAT, text: '<x>', parse_mode: 'HTML' })
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(TelegramApiError);
    expect(error).toMatchObject({ errorCode: 400 });
    expect(String(error)).toContain(`can't parse entities: Unsupported start tag "x" at byte offset 0`);
  });
});

test('a GET with a query works like a POST', async () => {
  const response = await fetch(`${emulator.apiRoot}/bot${TOKEN}/sendMessage?chat_id=${CHAT}&text=привет`);
  expect(await response.json()).toMatchObject({ ok: true, result: { text: 'привет' } });
});

test('a body that cannot be read is refused in the form of Telegram', async () => {
  const response = await fetch(`${emulator.apiRoot}/bot${TOKEN}/sendMessage`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"chat_id":',
  });
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ ok: false, error_code: 400 });
});

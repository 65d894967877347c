import { NetworkError, ParseError, TelegramApiError, TimeoutError } from 'node-telegram-bot-api';
import { expect, it } from 'vitest';
import { refusalOf } from '../../../services/core/src/notify/telegram/refusal.js';

/** As Telegram's server words them. */
it.each([
  [
    400,
    'Bad Request: message is not modified: specified new message content and reply markup are exactly the same',
    'unchanged',
  ],
  [400, 'Bad Request: message to edit not found', 'gone'],
  [400, "Bad Request: message can't be edited", 'gone'],
  [400, 'Bad Request: message to delete not found', 'gone'],
  [400, "Bad Request: message can't be deleted", 'undeletable'],
  [400, 'Bad Request: chat not found', 'noChat'],
  [400, 'Bad Request: message text is empty', 'rejected'],
  [400, 'Bad Request: message is too long', 'rejected'],
  [400, 'Bad Request: can\'t parse entities: Unsupported start tag "x" at byte offset 0', 'unparsable'],
  [403, 'Forbidden: bot was blocked by the user', 'noChat'],
  [403, 'Forbidden: user is deactivated', 'noChat'],
  [403, 'Forbidden: bot is not a member of the group chat', 'noChat'],
  [403, "Forbidden: bot can't initiate conversation with a user", 'noChat'],
  [401, 'Unauthorized', 'badToken'],
  [404, 'Not Found: method not found', 'badToken'],
  [502, 'Bad Gateway', 'unknown'],
])('%i %s', (status, description, kind) => {
  expect(refusalOf(new TelegramApiError(status, description)).kind).toBe(kind);
});

it('takes over how long to wait and where a chat went', () => {
  expect(refusalOf(new TelegramApiError(429, 'Too Many Requests: retry after 14', { retry_after: 14 }))).toEqual({
    kind: 'tooMany',
    retryAfterMs: 14_000,
  });
  expect(
    refusalOf(
      new TelegramApiError(400, 'Bad Request: group chat was upgraded', { migrate_to_chat_id: -1001234567890 }),
    ),
  ).toEqual({ kind: 'moved', chatId: -1001234567890 });
});

it('tells a connection that was never made from an answer that was lost', () => {
  const because = (code: string): Error =>
    new NetworkError('Network request failed: sendMessage', {
      cause: new TypeError('fetch failed', { cause: Object.assign(new Error('x'), { code }) }),
    });
  expect(refusalOf(because('ECONNREFUSED'))).toEqual({ kind: 'notReached', reason: 'ECONNREFUSED' });
  expect(refusalOf(because('ENOTFOUND'))).toEqual({ kind: 'notReached', reason: 'ENOTFOUND' });
  expect(refusalOf(because('UND_ERR_SOCKET')).kind).toBe('unknown');
  expect(refusalOf(because('ECONNRESET')).kind).toBe('unknown');
  expect(refusalOf(new TimeoutError()).kind).toBe('unknown');
  expect(refusalOf(new ParseError('Invalid JSON', { responseText: '<html>' })).kind).toBe('unknown');
  expect(refusalOf(new Error('https://api.example/bot100:secret/sendMessage'))).toEqual({
    kind: 'unknown',
    reason: 'Error',
  });
});

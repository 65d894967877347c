import { NetworkError, ParseError, TelegramApiError, TimeoutError } from 'node-telegram-bot-api';

/** Why a request did not do what it should, by what is to be done about it. */
export type Refusal =
  /** Already so. */
  | { kind: 'unchanged' }
  /** The message is not there, or cannot be edited: a new one is needed. */
  | { kind: 'gone' }
  | { kind: 'undeletable'; reason: string }
  /** Nobody reads there: blocked, kicked, deleted. A person has to let the bot in and enable the subscription again. */
  | { kind: 'noChat'; reason: string }
  | { kind: 'moved'; chatId: number }
  | { kind: 'unparsable'; reason: string }
  | { kind: 'tooMany'; retryAfterMs: number }
  /** A person has to correct the bot's token. */
  | { kind: 'badToken'; reason: string }
  /** Would be refused again, however often: a mistake in the program. */
  | { kind: 'rejected'; reason: string }
  /** Telegram did not get it. */
  | { kind: 'notReached'; reason: string }
  /** No answer, or none that tells: Telegram may have done it or not. */
  | { kind: 'unknown'; reason: string };

/** Telegram's words, as its server builds them. */
const BAD_REQUESTS: readonly [RegExp, (reason: string) => Refusal][] = [
  [/message is not modified/, () => ({ kind: 'unchanged' })],
  [/message to (edit|delete) not found|message can't be edited|message_id_invalid/i, () => ({ kind: 'gone' })],
  [/message can't be deleted/, (reason) => ({ kind: 'undeletable', reason })],
  [/can't parse entities/, (reason) => ({ kind: 'unparsable', reason })],
  [
    /chat not found|peer_id_invalid|chat_write_forbidden|group chat was deleted|rights to send/i,
    (reason) => ({ kind: 'noChat', reason }),
  ],
];

/** Only then it is certain that nothing was sent. */
const NOT_CONNECTED = /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT)$/;

/** The one place where errors of the Bot API are told apart. What it returns holds no URL and no token. */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof TelegramApiError) return refusalOfApi(error);
  if (error instanceof TimeoutError) return { kind: 'unknown', reason: 'timeout' };
  if (error instanceof ParseError) return { kind: 'unknown', reason: 'the answer is not JSON' };
  if (error instanceof NetworkError) {
    const code = codeOf(error);
    return NOT_CONNECTED.test(code)
      ? { kind: 'notReached', reason: code }
      : { kind: 'unknown', reason: code === '' ? 'connection failed' : code };
  }
  return { kind: 'unknown', reason: error instanceof Error ? error.name : 'error' };
}

function refusalOfApi({ errorCode, description, retryAfter, migrateToChatId }: TelegramApiError): Refusal {
  if (migrateToChatId !== undefined) return { kind: 'moved', chatId: migrateToChatId };
  if (errorCode === 429) return { kind: 'tooMany', retryAfterMs: (retryAfter ?? 1) * 1000 };
  const reason = `${errorCode} ${description}`;
  if (errorCode === 401 || errorCode === 404) return { kind: 'badToken', reason };
  if (errorCode === 403) return { kind: 'noChat', reason };
  if (errorCode === 400) {
    const known = BAD_REQUESTS.find(([words]) => words.test(description));
    return known ? known[1](reason) : { kind: 'rejected', reason };
  }
  return { kind: 'unknown', reason };
}

/** fetch hides the reason in its causes; of several addresses tried, all failed and the first stands for them. */
function codeOf(error: unknown): string {
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 4; at = at.cause, depth += 1) {
    const code: unknown = 'code' in at ? at.code : undefined;
    if (typeof code === 'string' && code !== 'EFETCH') return code;
  }
  return '';
}

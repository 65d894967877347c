import { Api } from 'node-telegram-bot-api';
import { refusalOf, type Refusal } from './refusal.js';

export interface Outgoing {
  chatId: number;
  text: string;
  /** HTML, or text as it is. */
  markup: boolean;
}

export type Answer<T> = { ok: true; value: T } | { ok: false; refusal: Refusal };

/** The three requests that a chat needs. They never throw: what did not work is told by its refusal. */
export interface TelegramClient {
  /** Not given up before its time: Telegram may have taken it, and a message whose id is not known stays for ever. */
  send(botToken: string, message: Outgoing & { silent: boolean; replyTo: number | null }): Promise<Answer<number>>;
  edit(botToken: string, message: Outgoing & { telegramId: number }, signal: AbortSignal): Promise<Answer<null>>;
  remove(botToken: string, message: { chatId: number; telegramId: number }, signal: AbortSignal): Promise<Answer<null>>;
}

interface TelegramClientOptions {
  /** e.g. `https://api.telegram.org`; the sandbox serves the same API. */
  apiRoot: string;
  timeoutMs?: number;
}

const WITHOUT_PREVIEW = { link_preview_options: { is_disabled: true } };

/**
 * The library's own retries are off: it would send a message up to three times after a timeout, and wait up to a minute
 * inside one call. Its rate limiter is off because it waits, too: here, a message that must wait gives its place up.
 */
export function createTelegramClient({ apiRoot, timeoutMs = 10_000 }: TelegramClientOptions): TelegramClient {
  const apiOf = (botToken: string): Api => new Api(botToken, { apiRoot, timeoutMs, maxRetries: 0 });
  return {
    send: (botToken, { chatId, text, markup, silent, replyTo }) =>
      answer(async () => {
        const sent = await apiOf(botToken).sendMessage({
          chat_id: chatId,
          text,
          disable_notification: silent,
          ...WITHOUT_PREVIEW,
          ...parseMode(markup),
          ...(replyTo === null ? {} : { reply_parameters: { message_id: replyTo, allow_sending_without_reply: true } }),
        });
        return sent.message_id;
      }),
    edit: (botToken, { chatId, telegramId, text, markup }, signal) =>
      answer(async () => {
        await apiOf(botToken).editMessageText(
          { chat_id: chatId, message_id: telegramId, text, ...WITHOUT_PREVIEW, ...parseMode(markup) },
          signal,
        );
        return null;
      }),
    remove: (botToken, { chatId, telegramId }, signal) =>
      answer(async () => {
        await apiOf(botToken).deleteMessage({ chat_id: chatId, message_id: telegramId }, signal);
        return null;
      }),
  };
}

function parseMode(markup: boolean): { parse_mode?: string } {
  return markup ? { parse_mode: 'HTML' } : {};
}

async function answer<T>(request: () => Promise<T>): Promise<Answer<T>> {
  try {
    return { ok: true, value: await request() };
  } catch (error) {
    return { ok: false, refusal: refusalOf(error) };
  }
}

import express, { type NextFunction, type Request, type Response, type Router } from 'express';
import type { Changes } from '../changes.js';
import { isForMethod, type Fault, type Faults, type TelegramFault } from '../faults.js';
import type { OpenEnded } from '../openEnded.js';
import { withoutAnswer } from '../withoutAnswer.js';
import type { ChatId, HistoryEntry } from './chat.js';
import type { Chats } from './chats.js';
import type { Limits } from './limits.js';
import { CHAT_METHODS, describeBot, type Method, type Outcome } from './methods.js';
import { readChatId, readMessageId, readString, type Params } from './params.js';
import { playFault } from './playFault.js';
import { badRequest, Refusal, tooManyRequests } from './refusal.js';

/** What the sandbox is made of. */
export interface Sandbox {
  chats: Chats;
  faults: Faults;
  limits: Limits;
  changes: Changes;
  openEnded: OpenEnded;
  /** Unix milliseconds. */
  now: () => number;
}

const TOKEN = /^([1-9]\d{0,15}):[\w-]+$/;

/** The sandbox of the Bot API: `/bot<token>/<method>`, GET or POST, form or JSON. */
export function createBotApi(parts: Sandbox): Router {
  const router = express.Router();
  router.use(express.urlencoded({ extended: false, limit: '1mb' }), express.json({ limit: '1mb' }));
  router.all('/bot:token/:method', async (request, response) => {
    const bot = readBot(request.params.token);
    const params = { ...request.query, ...(request.body as Params | undefined) };
    const name = request.params.method;
    if (name.toLowerCase() === 'getme') {
      response.json({ ok: true, result: describeBot(bot) });
      return;
    }
    const method = CHAT_METHODS.get(name.toLowerCase());
    if (method === undefined) throw new Refusal(404, 'Not Found: method not found');
    const fault = parts.faults.take(isFor(name, readChatId(params)));
    if (fault?.mode === 'slow') await wait(fault.delay_ms);
    const outcome = perform(parts, { bot, name, method, params, fault });
    if (fault !== undefined && withoutAnswer(fault, response, parts.openEnded)) return;
    if (outcome instanceof Refusal) throw outcome;
    response.json({ ok: true, result: outcome.result });
  });
  router.use(() => {
    throw new Refusal(404, 'Not Found');
  });
  router.use(answerError);
  return router;
}

/** @throws Refusal when the token is not formed like one; every other token is some bot's */
function readBot(token: string): number {
  const id = TOKEN.exec(token)?.[1];
  if (id === undefined) throw new Refusal(401, 'Unauthorized');
  return Number(id);
}

function isFor(method: string, chatId: ChatId): (fault: Fault) => fault is TelegramFault {
  return (fault): fault is TelegramFault =>
    fault.target === 'telegram' &&
    (fault.chat_id === undefined || String(fault.chat_id) === String(chatId)) &&
    isForMethod(fault, method);
}

interface Performance {
  bot: number;
  name: string;
  method: Method;
  params: Params;
  fault: TelegramFault | undefined;
}

/** Does what is asked, or refuses, and writes down which. */
function perform(parts: Sandbox, { bot, name, method, params, fault }: Performance): Outcome | Refusal {
  const { chats, limits, changes } = parts;
  const chat = chats.open(readChatId(params));
  const now = parts.now();
  let outcome: Outcome | Refusal;
  try {
    if (fault !== undefined) playFault(fault);
    const wait = limits.use(bot, chat.id);
    if (wait !== undefined) throw tooManyRequests(wait);
    outcome = method({ chats, chat, bot, params, now: Math.floor(now / 1_000) });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    outcome = error;
  }
  const entry = { at: new Date(now).toISOString(), bot, method: name, ...detailsOf(params, outcome) };
  chats.record(chat, fault === undefined ? entry : { ...entry, fault: fault.mode });
  changes.publish({ chat_id: chat.id });
  return outcome;
}

function detailsOf(params: Params, outcome: Outcome | Refusal): Omit<HistoryEntry, 'at' | 'bot' | 'method'> {
  const html = params['text'] === undefined ? {} : { html: readString(params, 'text') };
  if (outcome instanceof Refusal) {
    const messageId = readMessageId(params);
    return {
      ...(messageId === undefined ? {} : { message_id: messageId }),
      ...html,
      ok: false,
      error: outcome.message,
    };
  }
  const { message_id, text, silent, reply_to_message_id } = outcome.message;
  if (outcome.result === true) return { message_id, ok: true };
  const reply = reply_to_message_id === undefined ? {} : { reply_to_message_id };
  return { message_id, text, ...html, ...reply, silent, ok: true };
}

function answerError(error: unknown, _request: Request, response: Response, next: NextFunction): void {
  if (error instanceof Refusal) {
    response.status(error.status).json(error.toBody());
    return;
  }
  if (isUnreadableBody(error)) {
    response.status(400).json(badRequest("can't parse the body").toBody());
    return;
  }
  next(error);
}

function isUnreadableBody(error: unknown): boolean {
  return error instanceof Error && 'type' in error && String(error.type).startsWith('entity.');
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

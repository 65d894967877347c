import { z } from 'zod';
import type { ChatId } from './chat.js';
import { trim, type FormattedText } from './formattedText.js';
import { HtmlError } from './htmlScanner.js';
import { parseHtml } from './parseHtml.js';
import { badRequest } from './refusal.js';

/** Everything arrives as text in a form and typed in JSON; both mean the same. */
export type Params = Readonly<Record<string, unknown>>;

const MAX_TEXT_LENGTH = 4_096;

const Flag = z.union([z.boolean(), z.stringbool()]).catch(false);
const Id = z.coerce.number().int().positive();
const ReplyParameters = z.object({
  message_id: Id,
  allow_sending_without_reply: Flag.default(false),
});
export type ReplyParameters = z.infer<typeof ReplyParameters>;

/** @throws Refusal when there is no chat that could be meant */
export function readChatId(params: Params): ChatId {
  const given = readString(params, 'chat_id').trim();
  if (given === '') throw badRequest('chat_id is empty');
  if (/^@\w+$/.test(given)) return given;
  const id = Number(given);
  if (!Number.isSafeInteger(id) || id === 0) throw badRequest('chat not found');
  return id;
}

/** @returns '' when there is none */
export function readString(params: Params, name: string): string {
  const given = params[name];
  return typeof given === 'string' || typeof given === 'number' ? String(given) : '';
}

/** @returns undefined when none is given or it is none */
export function readMessageId(params: Params): number | undefined {
  return Id.safeParse(params['message_id']).data;
}

export function readFlag(params: Params, name: string): boolean {
  return Flag.parse(params[name]);
}

/** @throws Refusal when the text is empty, too long or not formatted as its parse mode wants it */
export function readText(params: Params): FormattedText {
  const source = readString(params, 'text');
  const text = trim(format(source, readString(params, 'parse_mode')));
  if (text.text === '') throw badRequest('message text is empty');
  if (text.text.length > MAX_TEXT_LENGTH) throw badRequest('message is too long');
  return text;
}

function format(source: string, parseMode: string): FormattedText {
  if (parseMode === '') return { text: source, entities: [] };
  // Markdown is not played: nothing of this product writes it.
  if (parseMode.toLowerCase() !== 'html') throw badRequest('unsupported parse_mode');
  try {
    return parseHtml(source);
  } catch (error) {
    if (error instanceof HtmlError) throw badRequest(`can't parse entities: ${error.message}`);
    throw error;
  }
}

/** The message that is replied to, in today's form or in the older one (`reply_to_message_id`). */
export function readReply(params: Params): ReplyParameters | undefined {
  if (params['reply_to_message_id'] !== undefined) {
    return ReplyParameters.safeParse({ ...params, message_id: params['reply_to_message_id'] }).data;
  }
  const given = params['reply_parameters'];
  if (given === undefined) return undefined;
  const reply = ReplyParameters.safeParse(typeof given === 'string' ? fromJson(given) : given);
  if (!reply.success) throw badRequest("can't parse reply parameters JSON object");
  return reply.data;
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

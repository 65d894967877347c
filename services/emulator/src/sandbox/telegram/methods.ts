import { describeChat, type Chat, type SandboxMessage } from './chat.js';
import type { Chats } from './chats.js';
import type { FormattedText } from './formattedText.js';
import { readFlag, readMessageId, readReply, readString, readText, type Params } from './params.js';
import { badRequest } from './refusal.js';

export interface MethodCall {
  chats: Chats;
  chat: Chat;
  bot: number;
  params: Params;
  /** Unix seconds. */
  now: number;
}

export interface Outcome {
  result: object | true;
  message: SandboxMessage;
}

/** A method of the Bot API on a chat. @throws Refusal */
export type Method = (call: MethodCall) => Outcome;

const DELETABLE_SECONDS = 48 * 3_600;

/** By name in lower case: the Bot API does not look at case. */
export const CHAT_METHODS: ReadonlyMap<string, Method> = new Map([
  ['sendmessage', sendMessage],
  ['editmessagetext', editMessageText],
  ['deletemessage', deleteMessage],
]);

function sendMessage({ chats, chat, bot, params, now }: MethodCall): Outcome {
  const text = readText(params);
  const reply = readReply(params);
  const isReplyFound = reply !== undefined && chat.messages.has(reply.message_id);
  if (reply !== undefined && !isReplyFound && !reply.allow_sending_without_reply) {
    throw badRequest('message to be replied not found');
  }
  const message = chats.add(chat, {
    bot,
    date: now,
    ...text,
    html: readString(params, 'text'),
    ...(isReplyFound ? { reply_to_message_id: reply.message_id } : {}),
    silent: readFlag(params, 'disable_notification'),
    edited: false,
  });
  return { result: describeMessage(chat, message), message };
}

function editMessageText({ chats, chat, bot, params, now }: MethodCall): Outcome {
  const text = readText(params);
  const message = findOwn(chat, bot, params);
  if (message === undefined) throw badRequest('message to edit not found');
  if (isSame(message, text)) {
    throw badRequest(
      'message is not modified: specified new message content and reply markup are exactly the same as a current ' +
        'content and reply markup of the message',
    );
  }
  const edited = { ...message, ...text, html: readString(params, 'text'), edit_date: now, edited: true };
  chats.replace(chat, edited);
  return { result: describeMessage(chat, edited), message: edited };
}

function deleteMessage({ chats, chat, bot, params, now }: MethodCall): Outcome {
  const message = findOwn(chat, bot, params);
  if (message === undefined) throw badRequest('message to delete not found');
  if (now - message.date > DELETABLE_SECONDS) throw badRequest("message can't be deleted");
  chats.remove(chat, message.message_id);
  return { result: true, message };
}

/** Two bots write to one person in two chats: neither finds the other's messages. */
function findOwn(chat: Chat, bot: number, params: Params): SandboxMessage | undefined {
  const id = readMessageId(params);
  if (id === undefined) throw badRequest('message identifier is not specified');
  const message = chat.messages.get(id);
  return message?.bot === bot ? message : undefined;
}

function isSame(message: SandboxMessage, { text, entities }: FormattedText): boolean {
  return message.text === text && JSON.stringify(message.entities) === JSON.stringify(entities);
}

function describeMessage(chat: Chat, message: SandboxMessage): object {
  const { message_id, date, edit_date, text, entities, reply_to_message_id } = message;
  const repliedTo = reply_to_message_id === undefined ? undefined : chat.messages.get(reply_to_message_id);
  return {
    message_id,
    from: describeBot(message.bot),
    chat: describeChat(chat.id),
    date,
    ...(edit_date === undefined ? {} : { edit_date }),
    ...(repliedTo === undefined
      ? {}
      : { reply_to_message: { message_id: repliedTo.message_id, date: repliedTo.date, text: repliedTo.text } }),
    text,
    ...(entities.length === 0 ? {} : { entities }),
  };
}

/** A bot as getMe and messages show it. */
export function describeBot(id: number): object {
  return { id, is_bot: true, first_name: 'Звонки', username: `calls_${id}_bot` };
}

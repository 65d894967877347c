import type { MessageEntity } from './formattedText.js';

/** A message as the chat shows it now. */
export interface SandboxMessage {
  message_id: number;
  /** Id of the bot: the part of its token that is no secret. */
  bot: number;
  /** Unix seconds. */
  date: number;
  edit_date?: number;
  text: string;
  entities: MessageEntity[];
  /** As it was sent. */
  html: string;
  reply_to_message_id?: number;
  silent: boolean;
  edited: boolean;
}

/** A request on a chat, refused ones too. */
export interface HistoryEntry {
  /** ISO 8601, UTC. */
  at: string;
  bot: number;
  method: string;
  message_id?: number;
  text?: string;
  html?: string;
  reply_to_message_id?: number;
  silent?: boolean;
  ok: boolean;
  error?: string;
  /** The fault that was asked for and met this request. */
  fault?: string;
}

export type ChatId = number | string;

export interface Chat {
  id: ChatId;
  lastMessageId: number;
  /** By message id, oldest first. */
  messages: Map<number, SandboxMessage>;
  history: HistoryEntry[];
}

/** `private` for people, `supergroup` and `group` for negative ids, `channel` for @names: as Telegram numbers them. */
export function chatType(id: ChatId): 'private' | 'group' | 'supergroup' | 'channel' {
  if (typeof id === 'string') return 'channel';
  if (id > 0) return 'private';
  return String(id).startsWith('-100') ? 'supergroup' : 'group';
}

/** The chat as the Bot API shows it: names are made up, the sandbox knows nobody. */
export function describeChat(id: ChatId): object {
  const type = chatType(id);
  if (type === 'private') return { id, type, first_name: 'Подписчик' };
  return { id, type, title: 'Группа' };
}

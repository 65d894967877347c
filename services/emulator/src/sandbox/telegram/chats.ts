import type { Chat, ChatId, HistoryEntry, SandboxMessage } from './chat.js';

export interface Bounds {
  chats: number;
  messagesPerChat: number;
  historyPerChat: number;
  /** Over all chats, so that many busy chats do not fill the memory. */
  history: number;
}

/** An entry is about half a kilobyte: 100 MB when everything is full. */
const BOUNDS: Bounds = { chats: 1_000, messagesPerChat: 500, historyPerChat: 5_000, history: 200_000 };

export interface Chats {
  /** A chat comes to exist by use. */
  open(id: ChatId): Chat;
  find(id: ChatId): Chat | undefined;
  /** The one used last comes first. */
  list(): Chat[];
  add(chat: Chat, message: Omit<SandboxMessage, 'message_id'>): SandboxMessage;
  replace(chat: Chat, message: SandboxMessage): void;
  remove(chat: Chat, messageId: number): void;
  record(chat: Chat, entry: HistoryEntry): void;
  clear(): void;
}

/**
 * The chats of the sandbox: in memory only, because nobody relies on them (a restart is an empty phone), and bounded,
 * because a load test would otherwise fill the memory: the oldest is forgotten first.
 */
export function createChats(given: Partial<Bounds> = {}): Chats {
  const bounds = { ...BOUNDS, ...given };
  const chats = new Map<string, Chat>(); // the one used last stands last
  let historyLength = 0;

  function forgetOldest(): void {
    for (const [key, chat] of chats) {
      if (chats.size <= bounds.chats && (historyLength <= bounds.history || chats.size === 1)) return;
      chats.delete(key);
      historyLength -= chat.history.length;
    }
  }

  return {
    open: (id) => {
      const key = String(id);
      const chat = chats.get(key) ?? { id, lastMessageId: 0, messages: new Map(), history: [] };
      chats.delete(key);
      chats.set(key, chat);
      forgetOldest();
      return chat;
    },
    find: (id) => chats.get(String(id)),
    list: () => [...chats.values()].reverse(),
    add: (chat, sent) => {
      const message = { ...sent, message_id: ++chat.lastMessageId };
      chat.messages.set(message.message_id, message);
      const [oldest] = chat.messages.keys();
      if (oldest !== undefined && chat.messages.size > bounds.messagesPerChat) chat.messages.delete(oldest);
      return message;
    },
    replace: (chat, message) => {
      chat.messages.set(message.message_id, message);
    },
    remove: (chat, messageId) => {
      chat.messages.delete(messageId);
    },
    record: (chat, entry) => {
      // The chat may have been forgotten while its request was held back: then it is nobody's any more.
      if (chats.get(String(chat.id)) !== chat) return;
      chat.history.push(entry);
      historyLength++;
      if (chat.history.length > bounds.historyPerChat) {
        chat.history.shift();
        historyLength--;
      }
      forgetOldest();
    },
    clear: () => {
      chats.clear();
      historyLength = 0;
    },
  };
}

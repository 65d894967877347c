/**
 * The chats that a run left, in the shape in which the sandbox tells of its own.
 *
 * @param {{chats: {chat_id: number, messages: object[]}[]}} run
 */
export function chatsOfRun({ chats }) {
  const messagesOf = (id) => chats.find(({ chat_id }) => chat_id === id)?.messages ?? [];
  return {
    chats: chats.map(({ chat_id, messages }) => ({
      chat_id,
      type: String(chat_id).startsWith('-') ? 'group' : 'private',
      last: messages.at(-1),
    })),
    messagesOf,
  };
}

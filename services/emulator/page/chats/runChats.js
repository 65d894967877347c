/**
 * The chats as a run shows them, in the shape in which the sandbox tells of its own. Where the messages went to the
 * real Telegram, only their texts are known.
 *
 * @param {{began_at: string, chats: {chat_id: number, messages: object[]}[]}} run
 */
export function chatsOfRun({ began_at, chats }) {
  const date = Date.parse(began_at) / 1000;
  const whole = (message) => ({ date, entities: [], bot: '', silent: false, edited: false, ...message });
  return {
    chats: chats.map(({ chat_id, messages }) => ({
      chat_id,
      type: String(chat_id).startsWith('-') ? 'group' : 'private',
      last: messages.map(whole).at(-1),
    })),
    messagesOf: (id) => chats.find(({ chat_id }) => chat_id === id)?.messages.map(whole) ?? [],
  };
}

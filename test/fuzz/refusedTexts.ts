import { chatOf } from '../harness/outcome.js';

interface Chats {
  chats: { chat_id: number }[];
}

/** Messages of the core (to the chats of enterprises) that the Bot API could not show as they were. */
export async function refusedTexts(emulator: string): Promise<object[]> {
  const response = await fetch(`${emulator}/api/sandbox/telegram/chats`);
  const { chats } = (await response.json()) as Chats;
  const histories = await Promise.all(chats.map(async ({ chat_id }) => (await chatOf(emulator, chat_id)).history));
  return histories
    .flat()
    .filter((entry) => !entry.ok && /parse entities|too long|is empty/.test(JSON.stringify(entry)));
}

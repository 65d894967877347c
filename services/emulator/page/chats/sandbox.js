/** What the page knows of the service: its JSON and its stream of changes. */

async function read(path) {
  const response = await fetch(path, { headers: { accept: 'application/json' } });
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return response.json();
}

/** @returns {Promise<object[]>} the one used last comes first */
export async function readChats() {
  return (await read('api/sandbox/telegram/chats')).chats;
}

/** @returns {Promise<object[]>} oldest first */
export async function readMessages(chatId) {
  return (await read(`api/sandbox/telegram/chats/${encodeURIComponent(chatId)}?history=false`)).messages;
}

export async function clearSandbox() {
  await fetch('api/sandbox/reset', { method: 'POST' });
}

/**
 * Calls `onChange` whenever there may be something new: also after each (re)connection, because what happened in
 * between was not heard. Never gives up.
 */
export function watchChanges({ onChange, onConnection }) {
  const source = new EventSource('api/sandbox/telegram/stream');
  source.addEventListener('open', () => {
    onConnection(true);
    onChange();
  });
  source.addEventListener('message', onChange);
  source.addEventListener('error', () => {
    onConnection(false);
    // The browser reconnects by itself unless it was refused.
    if (source.readyState !== EventSource.CLOSED) return;
    setTimeout(() => watchChanges({ onChange, onConnection }), 2000);
  });
}

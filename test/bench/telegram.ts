import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as bodyOf } from 'node:stream/consumers';

/** A request that shows something in a chat. */
interface Shown {
  chat: number;
  text: string;
  /** performance.now() at its arrival. */
  at: number;
}

export interface BenchTelegram {
  url: string;
  shown: Shown[];
  /** How many requests were answered 429. */
  refused(): number;
  /** How many of them came before the time that the 429 before them named. */
  tooEarly(): number;
  close(): void;
}

/**
 * A Bot API that answers at once and remembers when it was asked.
 *
 * @param perMinute most messages, edits included, that a chat takes; more are answered 429
 */
export async function startTelegram({ perMinute = Infinity } = {}): Promise<BenchTelegram> {
  const shown: Shown[] = [];
  const notBefore = new Map<number, number>();
  let lastId = 0;
  let refused = 0;
  let tooEarly = 0;

  /** @returns seconds to wait; 0: the chat takes it */
  function waitOf(chat: number, at: number): number {
    const named = notBefore.get(chat) ?? -Infinity;
    if (at < named) {
      refused += 1;
      tooEarly += 1;
      return Math.ceil((named - at) / 1_000);
    }
    const lately = shown.filter((one) => one.chat === chat && one.at > at - 60_000);
    const first = lately.at(-perMinute);
    if (lately.length < perMinute || !first) return 0;
    refused += 1;
    const seconds = Math.ceil((first.at + 60_000 - at) / 1_000);
    notBefore.set(chat, at + seconds * 1_000);
    return seconds;
  }

  const server = createServer((request, response) => {
    const at = performance.now();
    void bodyOf(request).then((body) => {
      const params = new URLSearchParams(body);
      const chat = Number(params.get('chat_id'));
      const text = params.get('text');
      response.setHeader('content-type', 'application/json');
      const wait = text === null || perMinute === Infinity ? 0 : waitOf(chat, at);
      if (wait > 0) {
        const description = `Too Many Requests: retry after ${wait}`;
        response.writeHead(429);
        response.end(JSON.stringify({ ok: false, error_code: 429, description, parameters: { retry_after: wait } }));
        return;
      }
      if (text !== null) shown.push({ chat, text, at });
      const result = request.url?.endsWith('/deleteMessage')
        ? true
        : { message_id: ++lastId, date: 0, chat: { id: chat, type: 'private' } };
      response.end(JSON.stringify({ ok: true, result }));
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    shown,
    refused: () => refused,
    tooEarly: () => tooEarly,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

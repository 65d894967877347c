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
  close(): void;
}

/** A Bot API that answers at once and remembers when it was asked. */
export async function startTelegram(): Promise<BenchTelegram> {
  const shown: Shown[] = [];
  let lastId = 0;
  const server = createServer((request, response) => {
    const at = performance.now();
    void bodyOf(request).then((body) => {
      const params = new URLSearchParams(body);
      const chat = Number(params.get('chat_id'));
      const text = params.get('text');
      if (text !== null) shown.push({ chat, text, at });
      const result = request.url?.endsWith('/deleteMessage')
        ? true
        : { message_id: ++lastId, date: 0, chat: { id: chat, type: 'private' } };
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ ok: true, result }));
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    shown,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

export interface Balancer {
  url: string;
  /** What hosts were answered, in this order. HTTP status */
  statuses: readonly number[];
  /** Requests that were reset after they had reached a server. */
  resets(): number;
  close(): Promise<void>;
}

/**
 * Hands each request to one server after the other, on a connection of its own, and to the next one when there is no
 * answer: as nginx does with `proxy_next_upstream error non_idempotent`.
 */
export async function startBalancer(servers: readonly { url: string }[]): Promise<Balancer> {
  const statuses: number[] = [];
  let turn = 0;
  let resets = 0;

  function handOn(body: Buffer, incoming: IncomingMessage, outgoing: ServerResponse, to: number, tries: number): void {
    const { method, headers, url = '' } = incoming;
    const asked = request(new URL(url, servers[to % servers.length]?.url), { method, headers, agent: false });
    asked.on('response', (answer) => {
      const { statusCode: status = 502 } = answer;
      statuses.push(status);
      outgoing.writeHead(status, answer.headers);
      answer.pipe(outgoing);
    });
    asked.on('error', ({ code }: NodeJS.ErrnoException) => {
      if (code !== 'ECONNREFUSED') resets += 1;
      if (tries > 1) {
        handOn(body, incoming, outgoing, to + 1, tries - 1);
      } else {
        statuses.push(502);
        outgoing.writeHead(502).end(JSON.stringify({ error: code }));
      }
    });
    asked.end(body);
  }

  const server = createServer((incoming, outgoing) => {
    turn += 1;
    const to = turn;
    void buffer(incoming).then((body) => {
      handOn(body, incoming, outgoing, to, servers.length);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    statuses,
    resets: () => resets,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

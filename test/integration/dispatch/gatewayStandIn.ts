import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { DispatchedEvent } from '@live-calls/shared/contracts';

/** What 8020 does instead of its work: answers so, says nothing, or stores and dies. */
export type Instead = { status: number; body: string } | 'hang' | 'storeAndDie';

export interface GatewayStandIn {
  url: string;
  /** Events that it has stored, in order. */
  events: DispatchedEvent[];
  /** Requests of any kind, `POST /dispatch/call-event`. */
  requests: string[];
  headers: NodeJS.Dict<string | string[]>[];
  /** What it does with requests until it is told otherwise; null: its work. */
  instead: Instead | null;
  /** What it says of a phone, after it has stored that itself. */
  profileOf: (phone: string) => Promise<Record<string, string | null>>;
  close(): Promise<void>;
}

export const json = (status: number, body: unknown): Instead => ({ status, body: JSON.stringify(body) });

export const NOBODY = { last_name: null, first_name: null, middle_name: null, enterprise_name: null, source: null };

/** Stands in for the integration cache (8020). */
export async function startGatewayStandIn(): Promise<GatewayStandIn> {
  const server = createServer((request, response) => {
    void text(request).then(async (body) => {
      gateway.requests.push(`${request.method ?? ''} ${request.url ?? ''}`);
      gateway.headers.push(request.headers);
      const { instead } = gateway;
      if (instead === 'hang') return;
      if (typeof instead === 'object' && instead !== null) return answer(response, instead.status, instead.body);
      const die = instead === 'storeAndDie';
      const phone = /^\/customer-profile\/[^/]+\/([^/]+)$/.exec(request.url ?? '')?.[1];
      if (phone !== undefined) {
        const profile = await gateway.profileOf(decodeURIComponent(phone));
        return die ? void response.destroy() : answer(response, 200, JSON.stringify(profile));
      }
      gateway.events.push(JSON.parse(body) as DispatchedEvent);
      if (die) response.destroy();
      else answer(response, 200, JSON.stringify({ success: true }));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const gateway: GatewayStandIn = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    events: [],
    requests: [],
    headers: [],
    instead: null,
    profileOf: () => Promise.resolve(NOBODY),
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return gateway;
}

function answer(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(body);
}

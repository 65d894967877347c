import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import { CrmCallEvent, type CrmOutcome } from '@live-calls/shared/contracts';
import { freePort } from '../../harness/freePort.js';

export interface Seen extends CrmCallEvent {
  crm: string;
  token: string | undefined;
  /** When it came. Unix milliseconds */
  at: number;
}

/** What it answers: an outcome, anything else, nothing, or it closes the line. */
export type Told = CrmOutcome | { status: number; body: string } | 'hang' | 'drop';

/** Stands in for the adapters of all CRMs: remembers what it is given and answers as told. */
export interface AdapterStandIn {
  url: string;
  seen: Seen[];
  /** Requests that were no event: whoever asks whether it is there. */
  asked: number;
  answer: (event: Seen) => Told | Promise<Told>;
  /** Goes away, breaking what it is at. */
  kill(): Promise<void>;
  /** Comes back at the same address. */
  restart(): Promise<void>;
}

export const DONE: CrmOutcome = { outcome: 'done', notes: [] };
export const DOWN: CrmOutcome = { outcome: 'retry', kind: 'unavailable', error: 'HTTP 502' };
export const WRONG_KEY = {
  outcome: 'dead',
  kind: 'configuration',
  error: 'HTTP 403',
  advice: 'Проверьте ключ API.',
} as const satisfies CrmOutcome;

const STATUS = { done: 200, retry: 503, dead: 422 } as const;

export async function startAdapterStandIn(): Promise<AdapterStandIn> {
  let server: Server;
  // Of its own even while nobody listens there.
  const port = await freePort();
  const listen = async (): Promise<void> => {
    server = createServer((request, response) => {
      const [, crm = ''] = /^\/internal\/(\w+)\/call-event$/.exec(request.url ?? '') ?? [];
      void json(request).then(async (body) => {
        const event = CrmCallEvent.safeParse(body);
        if (!event.success) {
          adapter.asked += 1;
          return reply(response, 400, JSON.stringify({ detail: 'no event' }));
        }
        const token = request.headers['x-internal-token'];
        const seen = { ...event.data, crm, token: typeof token === 'string' ? token : undefined, at: Date.now() };
        adapter.seen.push(seen);
        const told = await adapter.answer(seen);
        if (told === 'hang') return;
        if (told === 'drop') return void response.destroy();
        if ('status' in told) return reply(response, told.status, told.body);
        reply(response, STATUS[told.outcome], JSON.stringify(told));
      });
    });
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  };
  const adapter: AdapterStandIn = {
    url: '',
    seen: [],
    asked: 0,
    answer: () => DONE,
    kill: async () => {
      if (!server.listening) return;
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
    restart: listen,
  };
  await listen();
  adapter.url = `http://127.0.0.1:${port}`;
  return adapter;
}

function reply(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(body);
}

import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const TITLES = { none: 'no CRM', answers: '8020 answers', hangs: '8020 hangs' };
export type GatewayKind = keyof typeof TITLES;

interface Gateway {
  title: string;
  url: string;
  /** How many came. */
  requests(): number;
  close(): void;
}

const NAME = { last_name: 'Иванов', first_name: 'Иван', middle_name: '', enterprise_name: null, source: 'retailcrm' };

/** Stands in for the integration cache: names a client and takes calls at once, or takes requests and says nothing. */
export async function startGateway(kind: GatewayKind): Promise<Gateway> {
  let requests = 0;
  const server = createServer((request, response) => {
    requests += 1;
    if (kind === 'hangs') return;
    request.resume();
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(request.method === 'GET' ? NAME : { success: true }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    title: TITLES[kind],
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests: () => requests,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

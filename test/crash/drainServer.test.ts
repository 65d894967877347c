import { once } from 'node:events';
import { createServer, request, type IncomingMessage } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { expect, it } from 'vitest';
import { drainServer } from '../../shared/src/runtime/drainServer.js';

const WAITING = 50;

it('a server that is drained answers those who are connected and were not accepted yet', async () => {
  const server = createServer((_incoming, outgoing) => outgoing.end()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  let accepted = 0;
  server.on('connection', () => (accepted += 1));
  const asked = Array.from({ length: WAITING }, () => request({ port, host: '127.0.0.1', agent: false }));
  const answers = asked.map(async (outgoing) => {
    const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
    answer.resume();
    return answer.statusCode;
  });
  const connected = asked.map(async (outgoing) => {
    outgoing.end();
    const [socket] = (await once(outgoing, 'socket')) as [Socket];
    await once(socket, 'connect');
  });
  await Promise.all(connected);
  expect(accepted).toBeLessThan(WAITING);
  await drainServer(server);
  expect(new Set(await Promise.all(answers))).toEqual(new Set([200]));
});

import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Worker } from 'node:worker_threads';
import { expect, it } from 'vitest';
import { drainServer } from '../../shared/src/runtime/drainServer.js';

const WAITING = 50;

/** On a thread of its own: connects and asks when it may, while the server's thread waits, and tells the statuses. */
const CLIENTS = `
  const { once } = require('node:events');
  const { request } = require('node:http');
  const { parentPort, workerData: { port, waiting, connected } } = require('node:worker_threads');
  const ask = async () => {
    const outgoing = request({ port, host: '127.0.0.1', agent: false }).end();
    const answered = once(outgoing, 'response');
    const [socket] = await once(outgoing, 'socket');
    await once(socket, 'connect');
    if (Atomics.add(connected, 0, 1) + 1 === waiting) Atomics.notify(connected, 0);
    const [answer] = await answered;
    answer.resume();
    return answer.statusCode;
  };
  Atomics.wait(connected, 1, 0);
  Promise.all(Array.from({ length: waiting }, ask)).then((statuses) => parentPort.postMessage(statuses));
`;

it('a server that is drained answers those who are connected and were not accepted yet', async () => {
  const server = createServer((_incoming, outgoing) => outgoing.end()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  let accepted = 0;
  server.on('connection', () => (accepted += 1));
  const connected = new Int32Array(new SharedArrayBuffer(8));
  const clients = new Worker(CLIENTS, { eval: true, workerData: { port, waiting: WAITING, connected } });
  const answered = once(clients, 'message') as Promise<[number[]]>;
  await once(clients, 'online');
  Atomics.store(connected, 1, 1);
  Atomics.notify(connected, 1);
  // Nothing is accepted as long as this thread waits.
  for (let count = 0; count < WAITING; count = Atomics.load(connected, 0)) Atomics.wait(connected, 0, count, 10);
  expect(accepted).toBe(0);
  await drainServer(server);
  const [statuses] = await answered;
  expect(new Set(statuses)).toEqual(new Set([200]));
  expect(statuses).toHaveLength(WAITING);
});

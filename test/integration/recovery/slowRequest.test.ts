import { once } from 'node:events';
import { createServer, request } from 'node:http';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { endSlowRequest } from '../../../services/core/src/endSlowRequest.js';

const server = createServer((incoming, response) => {
  endSlowRequest(incoming, 1_500);
  incoming.resume().once('end', () => response.end('read'));
});
let url: string;
beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === 'object' ? (address?.port ?? 0) : 0}/dial`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

it('ends a request whose body does not come, and no other', async () => {
  expect(await (await fetch(url, { method: 'POST', body: 'all of it' })).text()).toBe('read');
  const slow = request(url, { method: 'POST', headers: { 'content-length': 100 } });
  slow.write('a part of it');
  const [error] = (await once(slow, 'error')) as [NodeJS.ErrnoException];
  expect(error.code).toBe('ECONNRESET');
});

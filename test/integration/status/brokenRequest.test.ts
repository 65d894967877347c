import { once } from 'node:events';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createApp } from '../../../services/core/src/app.js';
import { silentLogger } from '../../harness/silentLogger.js';

const PAGE = fileURLToPath(new URL('../../../services/core/page/', import.meta.url));
const failed: unknown[] = [];

const server = createServer(
  createApp({
    logger: { ...silentLogger(), error: (_message, facts) => failed.push(facts?.['path']) },
    database: () => Promise.resolve(),
    recordingOf: () => Promise.resolve(null),
    status: (request, response) => {
      if (request.path === '/ours') throw new Error('a failure');
      if (request.path === '/slow') throw Object.assign(new Error('canceled'), { code: '57014' });
      response.sendFile('index.html', { root: PAGE });
      // As node's parser does when the rest of the request is none.
      request.socket.destroy(Object.assign(new Error('Parse Error'), { code: 'HPE_INVALID_EOF_STATE' }));
    },
  }),
);
let url: string;
beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === 'object' ? (address?.port ?? 0) : 0}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

it('a request that is broken off while a page is sent is no failure of ours; a failure is one', async () => {
  await expect(fetch(`${url}/status`)).rejects.toThrow();
  expect((await fetch(`${url}/ours`)).status).toBe(503);
  expect(failed).toEqual(['/ours']);
});

it('what took the database too long is to be asked again, and is no failure', async () => {
  const { status, headers } = await fetch(`${url}/slow`);
  expect([status, headers.get('retry-after')]).toEqual([503, '5']);
  expect(failed).not.toContain('/slow');
});

// A service as small as one can be: /slow answers when the parent says so.
import { createServer } from 'node:http';
import { healthRoute, runService } from '@live-calls/shared/runtime';

const [port, mode] = process.argv.slice(2);
const health = healthRoute({
  service: 'sample',
  checks: { database: () => (mode === 'no-database' ? Promise.reject(new Error('away')) : Promise.resolve()) },
});

await runService({
  name: 'sample',
  start: () =>
    Promise.resolve({
      server: createServer((request, response) => {
        if (request.url === '/health') return void health(request, response);
        if (request.url === '/reject') void Promise.reject(new Error('nobody waits for this'));
        process.once('message', () => response.end('finished'));
        process.send?.('requested');
      }),
      host: '127.0.0.1',
      port: Number(port),
      close: async () => {
        process.stdout.write('closed');
      },
    }),
});

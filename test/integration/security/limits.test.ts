import { once } from 'node:events';
import { createServer, IncomingMessage, type Server } from 'node:http';
import { connect, Socket, type AddressInfo } from 'node:net';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { limitConnections } from '../../../services/core/src/doors/limitConnections.js';
import { createVisitors } from '../../../services/core/src/doors/visitors.js';
import { createStrangerReport } from '../../../services/core/src/ingest/strangerReport.js';
import { createTestDatabase, type TestDatabase } from '../../harness/database.js';
import { startService, type Service } from '../../harness/processes.js';
import { until } from '../../harness/until.js';

describe('the core', () => {
  let database: TestDatabase;
  let core: Service;
  let logs: string;
  beforeAll(async () => {
    database = await createTestDatabase();
    logs = await mkdtemp(join(tmpdir(), 'logs-'));
    core = await startService('core', { DATABASE_URL: database.url, LOG_DIR: logs });
  });
  afterAll(async () => {
    await core.kill('SIGKILL');
    await database.drop();
    await rm(logs, { recursive: true });
  });

  async function said(...lines: string[]): Promise<string> {
    const socket = connect(Number(new URL(core.url).port), '127.0.0.1');
    let text = '';
    socket.on('data', (data: Buffer) => (text += data.toString()));
    socket.on('error', () => undefined);
    socket.write(`${lines.join('\r\n')}\r\n\r\n`);
    await new Promise((resolve) => socket.once('close', resolve));
    return text;
  }

  it('takes no more headers than anybody needs', async () => {
    const answer = await said('GET /health HTTP/1.1', 'Host: 127.0.0.1', `X-Long: ${'x'.repeat(20_000)}`);
    expect(answer).toMatch(/^HTTP\/1.1 431 /);
  });

  it('takes bodies only where there is something to take, and of events no more than an event has', async () => {
    const post = (path: string, body: string) => fetch(core.url + path, { method: 'POST', body });
    expect((await post('/dial', `{"Token":"${'x'.repeat(70_000)}"}`)).status).toBe(413);
    expect((await post('/recordings/x', 'x'.repeat(1_000_000))).status).toBe(404);
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const body = `token=${'x'.repeat(10_000)}`;
    expect((await fetch(`${core.url}/status/login`, { method: 'POST', headers, body })).status).toBe(413);
  });

  it('stops answering who asks for one recording after the other, and goes on taking events of the same address', async () => {
    const requests = Array.from({ length: 3_000 }, () => 'GET /recordings/x HTTP/1.1\r\nHost: 127.0.0.1\r\n');
    const answers = await said(...requests, 'GET /recordings/x HTTP/1.1', 'Host: 127.0.0.1', 'Connection: close');
    const found = answers.split('HTTP/1.1 404 ').length - 1;
    expect(found).toBeGreaterThanOrEqual(1_000);
    // The connection ends with the first refusal; who sends on meanwhile may not get to read it.
    expect(found).toBeLessThan(3_000);
    const post = async (): Promise<number> => {
      const { status } = await fetch(`${core.url}/dial`, { method: 'POST', body: '{"Token":"375290000001"}' });
      // On a busy machine it is asked to come again.
      return status === 503 ? post() : status;
    };
    expect(await post()).toBe(200);
  });
});

describe('who has asked too much', () => {
  const from = (remoteAddress: string, headers: Record<string, string> = {}): IncomingMessage =>
    Object.assign(new IncomingMessage(Object.defineProperty(new Socket(), 'remoteAddress', { value: remoteAddress })), {
      headers: { host: '127.0.0.1:8000', ...headers },
      httpVersion: '1.1',
    });

  it('does not keep other networks from asking', () => {
    const visitors = createVisitors({ perSecond: 0.001, burst: 2 });
    const refusals = ['2001:db8::1', '2001:db8::2', '2001:db8::3', '203.0.113.7'].map((address) =>
      visitors.refusal(from(address)),
    );
    expect(refusals.map((refusal) => refusal?.status)).toEqual([undefined, undefined, 429, undefined]);
    expect(Number(refusals[2]?.headers?.['retry-after'])).toBeGreaterThan(900);
  });

  it('through a proxy on this machine does not keep the machine from asking for its own health', () => {
    const visitors = createVisitors({ perSecond: 0.001, burst: 1 });
    const proxied = (): IncomingMessage => from('127.0.0.1', { 'x-forwarded-for': '203.0.113.7' });
    expect([proxied(), proxied()].map((request) => visitors.refusal(request)?.status)).toEqual([undefined, 429]);
    expect(visitors.refusal(from('127.0.0.1'))).toBeUndefined();
  });

  it('is named in the log once a minute, and how many were refused', () => {
    let now = 0;
    const said: unknown[] = [];
    const tell = createStrangerReport({ warn: (_message, facts) => void said.push(facts) }, () => now);
    for (let n = 0; n < 1_000; n += 1) tell('203.0.113.7');
    tell('203.0.113.8');
    now += 60_000;
    tell('203.0.113.7');
    expect(said).toEqual([
      { ip: '203.0.113.7', refused: 1 },
      { ip: '203.0.113.8', refused: 1_000 },
      { ip: '203.0.113.7', refused: 1 },
    ]);
    for (let n = 0; n < 1_000; n += 1) tell(`198.51.100.${n % 250}`);
    expect(said.length, 'of many sources').toBeLessThanOrEqual(13);
  });
});

describe('connections', () => {
  let server: Server;
  const sockets: Socket[] = [];
  beforeAll(async () => {
    server = createServer((_request, response) => response.end('here')).listen(0, '127.0.0.1');
    limitConnections(server, { inAll: 100, perSource: 3 });
    await once(server, 'listening');
  });
  afterAll(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });

  /** @returns whether an answer came */
  async function isServed(localAddress: string): Promise<boolean> {
    const socket = connect({ port: (server.address() as AddressInfo).port, host: '127.0.0.1', localAddress });
    sockets.push(socket);
    socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    return Promise.race([
      once(socket, 'data').then(
        () => true,
        () => false,
      ),
      once(socket, 'close').then(
        () => false,
        () => false,
      ),
    ]);
  }

  it('of one source are ended beyond its limit, those of others are not, and room is made when one ends', async () => {
    const served = [];
    for (let n = 0; n < 4; n += 1) served.push(await isServed('127.0.0.1'));
    expect(served).toEqual([true, true, true, false]);
    expect(await isServed('127.0.0.2')).toBe(true);
    const [first] = sockets;
    first?.destroy();
    await until('there is room again', () => isServed('127.0.0.1'));
  });
});

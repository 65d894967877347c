import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { EnterpriseNumber } from '@live-calls/shared/contracts';
import { NoAnswer, type CrmHttp } from '@live-calls/shared/runtime';
import { createCrmHttp } from '../../../shared/src/runtime/adapter/createCrmHttp.js';
import { OutOfTime } from '../../../shared/src/runtime/adapter/crmHttp.js';
import { exchange } from '../../../shared/src/runtime/adapter/exchange.js';
import { createMask } from '../../../shared/src/runtime/adapter/mask.js';
import { createOutbound, type Outbound } from '../../../shared/src/runtime/adapter/outbound.js';
import { createPacer } from '../../../shared/src/runtime/adapter/pacer.js';
import { createTestDatabase, type TestDatabase } from '../../harness/database.js';
import { freePort } from '../../harness/freePort.js';
import { silentLogger } from '../../harness/silentLogger.js';

let database: TestDatabase;
let server: Server;
let origin: string;
let outbound: Outbound;
let answer: RequestListener;
let calls = 0;
let uniqueId: string;

beforeAll(async () => {
  database = await createTestDatabase();
  server = createServer((request, response) => answer(request, response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  origin = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  outbound = createOutbound(['127.0.0.1', 'private.invalid']);
});
afterAll(async () => {
  await outbound.close();
  server.close();
  server.closeAllConnections();
  await database.drop();
});

beforeEach(() => {
  calls += 1;
  uniqueId = String(calls);
});

const http = (
  withinMs = 60_000,
  pool = database.pool,
  { pacer = createPacer(() => performance.now()), key = 's3cret' } = {},
): CrmHttp =>
  createCrmHttp({
    db: pool,
    outbound,
    pacer,
    logger: silentLogger(),
    mask: createMask([key]),
    secrets: [key],
    about: {
      enterpriseNumber: EnterpriseNumber.parse('0367'),
      crm: 'uon',
      eventType: 'hangup',
      uniqueId,
      attempt: 3,
    },
    endsAt: performance.now() + withinMs,
  });

const logged = async (): Promise<Record<string, unknown>[]> =>
  (
    await database.pool.query<Record<string, unknown>>('select * from integration_logs where unique_id = $1', [
      uniqueId,
    ])
  ).rows;

const failureOf = (request: Promise<unknown>): Promise<unknown> =>
  request.then(
    () => 'answered',
    (error: unknown) => error,
  );

describe('a request to a CRM', () => {
  it('is sent as it is given, and nothing is added', async () => {
    let got: string[] = [];
    answer = (request, response) => {
      got = request.rawHeaders;
      response.end('{"a":1}');
    };
    const headers = { 'X-Key': 'v', accept: 'application/json;charset=utf-8', 'content-type': 'text/x' };
    const { status, json, text } = await http().request({ method: 'POST', url: `${origin}/p?q=1`, headers, body: 'b' });
    expect({ status, json, text }).toEqual({ status: 200, json: { a: 1 }, text: '{"a":1}' });
    const names = got.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase());
    expect(names.sort()).toEqual(['accept', 'connection', 'content-length', 'content-type', 'host', 'x-key']);
    expect(got).toContain('application/json;charset=utf-8');
  });

  it('may be a form with a file', async () => {
    let type: string | undefined;
    let form = '';
    answer = (request, response) => {
      type = request.headers['content-type'];
      request.on('data', (part: Buffer) => (form += part.toString())).on('end', () => response.end('ok'));
    };
    const body = new FormData();
    body.set('file', new Blob(['the sound']), 'call.mp3');
    const { text, json } = await http().request({ method: 'POST', url: origin, body });
    expect({ text, json }).toEqual({ text: 'ok', json: undefined });
    expect(type).toMatch(/^multipart\/form-data; boundary=/);
    expect(form).toMatch(/name="file"; filename="call.mp3"[^]*sound/);
  });

  it('does not follow a redirect', async () => {
    answer = (_request, response) => response.writeHead(302, { location: 'http://10.0.0.1/' }).end();
    expect(await http().request({ method: 'GET', url: origin })).toMatchObject({
      status: 302,
      headers: { location: 'http://10.0.0.1/' },
    });
  });

  it('has an answer that is unpacked', async () => {
    answer = (_request, response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('{"text":"Пётр"}'));
    expect((await http().request({ method: 'GET', url: origin })).json).toEqual({ text: 'Пётр' });
  });

  it('has an answer that can be stored, whatever the CRM says', async () => {
    answer = (_request, response) => response.end(String.raw`{"text":"Пётр\u0000","half":"\ud83d"}`);
    expect((await http().request({ method: 'GET', url: origin })).json).toEqual({ text: 'Пётр\ufffd', half: '\ufffd' });
  });
});

describe('no answer', () => {
  it.each([
    ['resets the connection', ((request) => request.socket.resetAndDestroy()) satisfies RequestListener],
    [
      'stops in the middle',
      ((request, response) => {
        response.writeHead(200, { 'content-length': '100' });
        response.write('half');
        setImmediate(() => request.socket.destroy());
      }) satisfies RequestListener,
    ],
    [
      'sends more than anybody wants',
      ((_request, response) => response.end('x'.repeat(2_000))) satisfies RequestListener,
    ],
    [
      'packs more than anybody wants',
      ((_request, response) =>
        response
          .writeHead(200, { 'content-encoding': 'gzip' })
          .end(gzipSync('x'.repeat(90_000)))) satisfies RequestListener,
    ],
    [
      'packs it wrongly',
      ((_request, response) =>
        response.writeHead(200, { 'content-encoding': 'gzip' }).end('no gzip')) satisfies RequestListener,
    ],
    ['says nothing', (() => undefined) satisfies RequestListener],
  ])('from one who %s: it may have been carried out', async (_how, listener: RequestListener) => {
    answer = listener;
    const error = await failureOf(
      http().request({ method: 'POST', url: origin, body: 'x', timeoutMs: 2_000, maxBytes: 1_000 }),
    );
    expect(error).toBeInstanceOf(NoAnswer);
    expect(error).toMatchObject({ sent: true });
    expect(await logged()).toMatchObject([{ status: null, response: null, error: expect.any(String) as string }]);
  });

  it.each([
    ['nobody listens', async () => `http://127.0.0.1:${String(await freePort())}/`],
    ['there is no such name', () => Promise.resolve('http://private.invalid/')],
  ])('when %s: it was not sent', async (_why, url) => {
    const error = await failureOf(http().request({ method: 'POST', url: await url(), body: 'x' }));
    expect(error).toBeInstanceOf(NoAnswer);
    expect(error).toMatchObject({ sent: false });
  });

  it('while it still connects: it was not sent, and never will be', async () => {
    type Dispatcher = Parameters<typeof exchange>[0];
    let connected: (controller: { abort: (reason: Error) => void }) => void = () => undefined;
    const connecting = {
      dispatch: (_options: unknown, handler: { onRequestStart: typeof connected }) => {
        connected = handler.onRequestStart;
        return true;
      },
    } as unknown as Dispatcher;
    const bounds = { timeoutMs: 50, maxBytes: 9 };
    const error = await failureOf(exchange(connecting, new URL(origin), { method: 'POST', body: 'x' }, bounds));
    expect(error).toMatchObject({ sent: false, message: 'no answer within 50 ms' });
    let aborted = false;
    connected({ abort: () => (aborted = true) });
    expect(aborted).toBe(true);
  });

  it('when the time of the event is over: nothing is asked', async () => {
    let asked = false;
    answer = () => (asked = true);
    const limit = { name: 'all', burst: 1, perSecond: 1 };
    expect(await failureOf(http(-1).request({ method: 'GET', url: origin, limit }))).toBeInstanceOf(OutOfTime);
    expect(asked).toBe(false);
  });

  it('when the limit is used up: of its own key, or of whoever asks the host', async () => {
    answer = (_request, response) => response.end('{}');
    const url = new URL(origin);
    const dotted = `http://127.0.0.1:${url.port}/`;
    for (const [per, second] of [
      ['account', { status: 200 }],
      ['host', { facts: { kind: 'limited' } }],
    ] as const) {
      const pacer = createPacer(() => 0);
      const limit = { name: 'all', per, burst: 1, perSecond: 0.01 };
      const ask = (key: string, to: string): Promise<unknown> =>
        http(60_000, database.pool, { pacer, key }).request({ method: 'GET', url: to, limit });
      expect(await ask('one', url.href)).toMatchObject({ status: 200 });
      expect(await failureOf(ask('one', url.href))).toMatchObject({ facts: { kind: 'limited' } });
      expect(await ask('other', dotted).catch((error: unknown) => error)).toMatchObject(second);
    }
  });

  it('is waited for no longer than the event has', async () => {
    answer = () => undefined;
    expect(await failureOf(http(2_000).request({ method: 'GET', url: origin, timeoutMs: 60_000 }))).toMatchObject({
      sent: true,
    });
  });
});

describe('what is written down of a request', () => {
  it('is what was sent and answered, without secrets', async () => {
    answer = (_request, response) =>
      response
        .writeHead(400, { 'content-type': 'application/json' })
        .end('{"error":"s3cret is wrong","nul":"\\u0000"}');
    await http().request({
      method: 'POST',
      url: `${origin}/s3cret/call.json?key=s3cret`,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ key: 's3cret', event: '{"phone":"+375290000001"}' }).toString(),
    });
    expect(await logged()).toMatchObject([
      {
        enterprise_number: '0367',
        crm: 'uon',
        event_type: 'hangup',
        attempt: 3,
        status: 400,
        error: null,
        request: {
          method: 'POST',
          url: `${origin}/***/call.json?key=***`,
          body: { key: '***', event: { phone: '+375290000001' } },
        },
        response: { status: 400, body: { error: '*** is wrong', nul: '\ufffd' } },
      },
    ]);
  });

  it('is not more than people read', async () => {
    answer = (request, response) => {
      if (request.method === 'GET')
        response.writeHead(200, { 'content-type': 'audio/mpeg' }).end(Buffer.alloc(3_000, 255));
      else response.end('y'.repeat(100_000));
    };
    await http().request({ method: 'POST', url: origin, body: 'x'.repeat(50_000) });
    await http().request({ method: 'GET', url: origin });
    const [long, sound] = await logged();
    expect(JSON.stringify(long).length).toBeLessThan(9_500);
    expect(sound).toMatchObject({ response: { body: '(audio/mpeg, 3000 bytes)' } });
  });

  it('is missing rather than that the delivery fails', async () => {
    answer = (_request, response) => response.end('{}');
    const broken = { query: () => Promise.reject(new Error('database is away')) } as unknown as TestDatabase['pool'];
    expect((await http(60_000, broken).request({ method: 'GET', url: origin })).status).toBe(200);
  });

  it('is also that an address was refused', async () => {
    const error = await failureOf(http().request({ method: 'GET', url: 'http://10.0.0.1/s3cret' }));
    expect(error).toMatchObject({ facts: { kind: 'configuration' } });
    expect(await failureOf(http().request({ method: 'GET', url: 'https://localhost/' }))).toMatchObject({
      facts: { kind: 'configuration' },
    });
    expect(await logged()).toMatchObject([{ request: { url: 'http://10.0.0.1/***' } }, { response: null }]);
  });
});

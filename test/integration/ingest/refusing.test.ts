import { once } from 'node:events';
import { connect } from 'node:net';
import type pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { DEFAULT_LIMITS } from '../../../services/core/src/ingest/ingestLimits.js';
import { PATIENCE } from '../../harness/patience.js';
import { post, startIngest, TOKEN, type IngestUnderTest } from './ingestUnderTest.js';

describe('what cannot be accepted is refused', () => {
  let core: IngestUnderTest;

  beforeAll(async () => {
    core = await startIngest();
  });
  afterAll(() => core.stop());
  afterEach(async () => {
    const { rows } = await core.database.pool.query(
      'select 1 from call_events union all select 1 from unassigned_events',
    );
    expect(rows).toEqual([]);
  });

  /** Everything that the server says on a connection that sends this, until it closes it. */
  async function exchange(text: string): Promise<string> {
    const socket = connect(core.port, '127.0.0.1');
    let said = '';
    socket.setEncoding('utf8').on('data', (part: string) => (said += part));
    socket.on('error', () => undefined);
    socket.write(text);
    await new Promise((resolve) => socket.on('close', resolve));
    return said;
  }

  test.each([
    ['not JSON', '{"Token":', 'the body is not JSON'],
    ['no object', '[]', 'the body is not a JSON object'],
    ['nothing', '', 'the body is empty'],
    ['no token', '{"UniqueId":"1.2"}', 'Token is missing: neither in the body nor in the Token header'],
  ])('%s: 422', async (_what, body, detail) => {
    expect(await post(`${core.url}/dial`, body)).toMatchObject({ status: 422, body: { detail } });
  });

  test('nesting that the database does not take: 422', async () => {
    const body = `{"Token":"${TOKEN}","x":${'['.repeat(30_000)}${']'.repeat(30_000)}}`;
    expect((await post(`${core.url}/dial`, body)).status).toBe(422);
  });

  test('more than 64 KiB: 413, and the client can read it', async () => {
    const large = JSON.stringify({ Token: TOKEN, x: 'x'.repeat(64 * 1024) });
    expect(await post(`${core.url}/dial`, large)).toMatchObject({ status: 413 });
    const chunked = new ReadableStream<Uint8Array>({
      start(controller) {
        for (let n = 0; n < 10; n++) controller.enqueue(new Uint8Array(16 * 1024).fill(32));
        controller.close();
      },
    });
    const answer = await fetch(`${core.url}/dial`, { method: 'POST', body: chunked, duplex: 'half' });
    expect(answer.status).toBe(413);
    expect(answer.headers.get('connection')).toBe('close');
  });

  test('an announcement of too much: 413 at once, and the connection does not stay', async () => {
    expect(await exchange('POST /dial HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n{')).toMatch(
      /^HTTP\/1.1 413 /,
    );
  });

  test('more than was announced: 400, and no event', async () => {
    const said = await exchange('POST /dial HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}{"Token":"1"}');
    expect(said).toMatch(/^HTTP\/1.1 400 /);
  });

  test('an endless body: the connection is ended', async () => {
    const socket = connect(core.port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.resume();
    socket.write('POST /dial HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n');
    const chunk = `10000\r\n${'x'.repeat(0x10000)}\r\n`;
    const send = (): void => {
      while (!socket.destroyed && socket.write(chunk)) continue;
    };
    socket.on('drain', send);
    send();
    await new Promise((resolve) => socket.on('close', resolve));
    expect(socket.destroyed).toBe(true);
  });

  test.each(['GET', 'PUT', 'DELETE', 'OPTIONS', 'HEAD'])('%s: 405', async (method) => {
    const answer = await fetch(`${core.url}/dial`, { method });
    expect(answer.status).toBe(405);
    expect(answer.headers.get('allow')).toBe('POST');
  });

  test('a path that is no event: left to others', async () => {
    const answer = await fetch(`${core.url}/other`);
    expect(await answer.text()).toBe('not for the ingest');
  });

  test('a request that is broken off: no error, no event', async () => {
    const socket = connect(core.port, '127.0.0.1');
    socket.write('POST /dial HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{"Token":');
    await once(socket, 'connect');
    socket.end();
    socket.resume();
    await once(socket, 'close');
    expect((await post(`${core.url}/dial`, 'x')).status).toBe(422);
  });

  test('an address that is not allowed, whatever it says of itself: 403', async () => {
    const closed = await startIngest({ allow: ['192.0.2.0/24'] });
    try {
      const body = { Token: TOKEN };
      const answer = await post(`${closed.url}/dial`, body, { 'x-forwarded-for': '192.0.2.1' });
      expect(answer.status).toBe(403);
      const { rows } = await closed.database.pool.query('select 1 from call_events');
      expect(rows).toEqual([]);
    } finally {
      await closed.stop();
    }
  });
});

describe('when nothing can be stored', () => {
  let core: IngestUnderTest;

  afterEach(() => core.stop());

  const body = { Token: TOKEN, UniqueId: '1.2' };

  async function stored(): Promise<number> {
    const { rows } = await core.database.pool.query<{ count: number }>('select count(*) from call_events');
    return Number(rows[0]?.count);
  }

  /** Nothing is stored until whoever holds the lock commits, however long that takes. */
  async function lockEvents(): Promise<pg.PoolClient> {
    const holder = await core.database.pool.connect();
    await holder.query('begin');
    await holder.query('lock table call_events in access exclusive mode');
    return holder;
  }

  test('connections that were killed are replaced, and no event is refused for it', async () => {
    core = await startIngest();
    await Promise.all(Array.from({ length: 20 }, () => post(`${core.url}/dial`, body)));
    await core.database.pool.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where application_name = 'ingest' and datname = current_database()`,
    );
    expect((await post(`${core.url}/dial`, body)).status).toBe(200);
    expect(await stored()).toBe(21);
  });

  test('the database away: 503 with Retry-After, and 200 again when it is back', async () => {
    core = await startIngest();
    core.network.cut();
    for (const path of ['dial', 'hangup']) {
      const answer = await post(`${core.url}/${path}`, body);
      expect(answer.status).toBe(503);
      expect(answer.headers.get('retry-after')).toBe('1');
    }
    expect((await post(`${core.url}/dial`, { Token: '375000000000' })).status).toBe(503);
    expect(await stored()).toBe(0);
    core.network.restore();
    expect((await post(`${core.url}/dial`, body)).status).toBe(200);
    expect(await stored()).toBe(1);
  });

  test('a database that does not answer: 503 before a host gives up', async () => {
    const { patienceMs, lookUpMs } = DEFAULT_LIMITS;
    expect(patienceMs + lookUpMs).toBeLessThan(3_000);
    core = await startIngest({ limits: { patienceMs, lookUpMs } });
    await post(`${core.url}/dial`, body);
    core.network.freeze();
    const answers = await Promise.all([
      post(`${core.url}/dial`, body),
      post(`${core.url}/dial`, { Token: '375000000000' }),
    ]);
    expect(answers.map((answer) => answer.status)).toEqual([503, 503]);
    core.network.restore();
    await vi.waitFor(async () => {
      expect((await post(`${core.url}/dial`, body)).status).toBe(200);
    }, PATIENCE);
  });

  test('too many waiting: 503, and those that waited are stored', async () => {
    core = await startIngest({ limits: { waiting: 10, batch: 5 } });
    const holder = await lockEvents();
    const answers = Array.from({ length: 60 }, () => post(`${core.url}/dial`, body));
    const first = await Promise.race(answers);
    expect(first.status).toBe(503);
    await holder.query('commit');
    holder.release();
    const statuses = (await Promise.all(answers)).map((answer) => answer.status);
    const accepted = statuses.filter((status) => status === 200).length;
    expect(accepted).toBeGreaterThanOrEqual(10);
    expect(statuses.filter((status) => status === 503)).toHaveLength(60 - accepted);
    expect(await stored()).toBe(accepted);
  });

  test('what was taken is committed before it closes', async () => {
    core = await startIngest();
    const holder = await lockEvents();
    const answer = post(`${core.url}/dial`, body);
    await vi.waitFor(async () => {
      const { rows } = await holder.query(
        'select 1 from pg_locks join pg_database d on d.oid = database where datname = current_database() and not granted',
      );
      expect(rows).not.toEqual([]);
    }, PATIENCE);
    const closed = core.ingest.close();
    expect((await post(`${core.url}/dial`, body)).status).toBe(503);
    await holder.query('commit');
    holder.release();
    await closed;
    expect((await answer).status).toBe(200);
    expect(await stored()).toBe(1);
  });
});

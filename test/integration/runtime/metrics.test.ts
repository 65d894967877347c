import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../harness/database.js';
import { post } from '../../harness/host.js';
import { startService, type Service } from '../../harness/processes.js';
import { addTenant } from '../../harness/tenant.js';
import { until } from '../../harness/until.js';

const TOKEN = 'status-token-of-the-test';
let database: TestDatabase;
let directory: string;
let core: Service;
let gateway: Service;
let adapter: Service;

beforeAll(async () => {
  database = await createTestDatabase();
  directory = await mkdtemp(join(tmpdir(), 'metrics-'));
  const variables = { DATABASE_URL: database.url, LOG_DIR: directory, STATUS_TOKEN: TOKEN };
  [core, gateway, adapter] = await Promise.all([
    startService('core', variables),
    startService('integration-cache', variables),
    startService('uon', variables),
  ]);
});

afterAll(async () => {
  await Promise.all([core, gateway, adapter].map((service) => service.kill('SIGTERM')));
  await database.drop();
  await rm(directory, { recursive: true });
});

/** With headers that fetch would not send. */
const statusOf = (url: string, headers: Record<string, string>): Promise<number> =>
  new Promise((resolve, reject) => {
    request(url, { headers }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    })
      .on('error', reject)
      .end();
  });

const metricsOf = async ({ url }: Service): Promise<string> => (await fetch(`${url}/metrics`)).text();

/** The value of the line that has all of these labels; undefined: there is none. */
function valueOf(text: string, name: string, labels: Record<string, string>): number | undefined {
  const wanted = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
  const line = text
    .split('\n')
    .find((each) => each.startsWith(`${name}{`) && wanted.every((label) => each.includes(label)));
  return line === undefined ? undefined : Number(line.split(' ').at(-1));
}

describe('/metrics', () => {
  it('of the core counts events by type and result, and what waits by destination', async () => {
    const { number, token } = await addTenant(database.pool);
    let answers = 0;
    const body = { Token: token, UniqueId: '1759225684.16', Phone: '80290000001' };
    await post([{ event: 'start', offset_ms: 0, body }], { core: () => core.url, onAnswer: () => (answers += 1) });
    await fetch(`${core.url}/start`, { method: 'POST', body: 'not JSON' });
    await database.pool.query(
      `insert into deliveries (enterprise_number, target, ordering_key, dedupe_key, payload, state, attempts)
       values ($1, 'uon', 'uon:1', 'uon:1', '{}', 'dead', 3)`,
      [number],
    );
    const text = await metricsOf(core);
    expect(valueOf(text, 'live_calls_events_total', { type: 'start', result: 'stored' })).toBe(1);
    expect(valueOf(text, 'live_calls_events_total', { type: 'start', result: 'refused' })).toBe(1);
    expect(valueOf(text, 'live_calls_ingest_seconds_count', { service: 'core' })).toBe(answers + 1);
    expect(valueOf(text, 'live_calls_outbox_dead', { target: 'uon' })).toBe(1);
    expect(text).toContain('nodejs_eventloop_lag_p99_seconds');
    expect(text).toContain('live_calls_event_to_telegram_seconds_bucket');
    expect(text).not.toContain('80290000001');
    expect(text).not.toContain('1759225684');
  });

  it('of the core is of both of its threads, each metric under one head', async () => {
    const text = await metricsOf(core);
    const heads = text.match(/^# TYPE \S+/gm) ?? [];
    expect(new Set(heads).size).toBe(heads.length);
    const lag = 'nodejs_eventloop_lag_p99_seconds';
    const lines = text.split('\n').filter((line) => line.startsWith(`${lag}{`));
    expect(lines).toHaveLength(2);
    expect(valueOf(text, lag, { service: 'core', thread: 'work' })).toBeDefined();
    expect(text.match(/^process_resident_memory_bytes/gm)).toHaveLength(1);
  });

  it('of the gateway tells how often the cache knew, and of an adapter how long requests took by route', async () => {
    const { number } = await addTenant(database.pool);
    await fetch(`${gateway.url}/config/${number}`);
    await fetch(`${adapter.url}/internal/uon/client?enterprise=${number}&phone=%2B375290000001`);
    expect(valueOf(await metricsOf(gateway), 'live_calls_cache_requests_total', { cache: 'settings' })).toBeDefined();
    // It is counted when its answer has gone out.
    let text = '';
    await until('it is counted', async () => {
      text = await metricsOf(adapter);
      return valueOf(text, 'live_calls_http_request_seconds_count', { route: '/internal/uon/client' }) === 1;
    });
    expect(text).not.toContain('375290000001');
  });
});

describe('/ready', () => {
  it('says yes as long as the database answers', async () => {
    for (const { url } of [core, gateway, adapter]) {
      const response = await fetch(`${url}/ready`);
      expect(response.status).toBe(200);
      expect(await response.json()).toEqual({ ready: true });
    }
  });
});

describe('what is not for everybody', () => {
  const PATHS = ['/metrics', '/ready', '/status/api/overview'];

  it('is not there for requests that a proxy hands on, whatever they say of where they come from', async () => {
    for (const path of PATHS) {
      for (const headers of [
        { 'x-forwarded-for': '127.0.0.1' },
        { forwarded: 'for=127.0.0.1' },
        { host: 'calls.example.com' },
      ]) {
        expect(await statusOf(core.url + path, headers), path).toBe(404);
      }
    }
  });

  it('is there with the token, and only with this one', async () => {
    const through = { 'x-forwarded-for': '203.0.113.7' };
    for (const path of PATHS) {
      expect(await statusOf(core.url + path, { ...through, authorization: `Bearer ${TOKEN}` }), path).toBe(200);
      expect(await statusOf(core.url + path, { ...through, authorization: `Bearer ${TOKEN}x` }), path).toBe(404);
      expect(await statusOf(`${core.url}${path}?token=${TOKEN}`, through), path).toBe(404);
    }
  });

  it('of other services is for this machine and for who knows the internal token', async () => {
    for (const { url } of [gateway, adapter]) {
      expect(await statusOf(`${url}/metrics`, { host: 'calls.example.com' })).toBe(403);
      expect(await statusOf(`${url}/ready`, { host: 'calls.example.com' })).toBe(403);
    }
  });
});

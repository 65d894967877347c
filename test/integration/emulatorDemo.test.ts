import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { runDemo } from '../../services/emulator/src/demo/demo.js';
import { localTime } from '../../services/emulator/src/player/localTime.js';
import { createCallValues } from '../../services/emulator/src/player/callValues.js';
import { freePort } from '../harness/freePort.js';

const Event = z.object({ Token: z.string(), UniqueId: z.string(), BridgeUniqueid: z.string().optional() }).loose();

interface Received {
  event: string;
  tokenHeader: unknown;
  body: z.infer<typeof Event>;
}

/** Takes events as the core does and remembers them. */
async function startCore(status: number): Promise<{ url: string; received: Received[]; close: () => void }> {
  const received: Received[] = [];
  const read = async (request: IncomingMessage): Promise<void> => {
    const body = Event.parse(JSON.parse(await text(request)));
    received.push({ event: request.url?.slice(1) ?? '', tokenHeader: request.headers['token'], body });
  };
  const server = createServer((request, response) => {
    read(request).then(
      () => response.writeHead(status).end('{"stored":true}'),
      () => response.writeHead(400).end(),
    );
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function playAgainst(
  coreUrl: string,
): Promise<{ isTaken: boolean; printed: string; waitedMs: number; logged: string[] }> {
  const lines: string[] = [];
  let waitedMs = 0;
  const logged: string[] = [];
  const isTaken = await runDemo({
    coreUrl,
    log: {
      posted: ({ event }) => logged.push(event),
      answered: () => undefined,
      failed: () => undefined,
    },
    pageUrl: 'http://127.0.0.1:8025/',
    print: (line) => lines.push(line),
    wait: (ms) => {
      waitedMs += ms;
      return Promise.resolve();
    },
  });
  return { isTaken, printed: lines.join('\n'), waitedMs, logged };
}

test('the demo plays an answered and a missed call as a host would send them', async () => {
  const core = await startCore(200);
  try {
    const { isTaken, printed, waitedMs, logged } = await playAgainst(core.url);
    expect(isTaken).toBe(true);
    expect(core.received.map(({ event }) => event)).toEqual([
      ...['start', 'new_callerid', 'dial', 'bridge_create', 'bridge', 'bridge'],
      ...['bridge_leave', 'bridge_leave', 'bridge_destroy', 'hangup'],
      ...['start', 'new_callerid', 'dial', 'hangup'],
    ]);
    expect(logged).toEqual(core.received.map(({ event }) => event));
    expect(JSON.stringify(core.received)).not.toMatch(/[{]\w+[}]/);
    for (const { tokenHeader, body } of core.received) {
      expect(tokenHeader).toBe('375293332255');
      expect(body.Token).toBe('375293332255');
      expect(body.UniqueId).toMatch(/^(\d{10}\.\d+)?$/);
    }
    const channels = new Set(core.received.map(({ body }) => body.UniqueId).filter((id) => id !== ''));
    expect(channels.size).toBe(3);
    const bridges = new Set(core.received.flatMap(({ body }) => body.BridgeUniqueid ?? []));
    expect(bridges.size).toBe(1);
    expect([...bridges][0]).toMatch(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/);
    expect(core.received.at(-1)?.body).toMatchObject({ CallStatus: '0', Extensions: [''], Trunk: '0001366' });
    expect(waitedMs).toBeGreaterThanOrEqual(20_000);
    expect(waitedMs).toBeLessThanOrEqual(25_000);
    expect(printed).toContain('✓ 200');
    expect(printed).toContain('клиент не дождался ответа');
    expect(printed).toContain('http://127.0.0.1:8025/');
  } finally {
    core.close();
  }
});

const idsOf = (received: Received[]): Set<string> =>
  new Set(received.flatMap(({ body }) => [body.UniqueId, body.BridgeUniqueid ?? '']).filter((id) => id !== ''));

test('two runs share no channel and no bridge', async () => {
  const core = await startCore(200);
  try {
    await playAgainst(core.url);
    const first = idsOf(core.received.splice(0));
    await playAgainst(core.url);
    const second = idsOf(core.received);
    expect(second.size).toBe(4); // three channels and a bridge
    expect([...second].filter((id) => first.has(id))).toEqual([]);
  } finally {
    core.close();
  }
});

test('without a core the demo says what to do', async () => {
  const { isTaken, printed } = await playAgainst(`http://127.0.0.1:${await freePort()}`);
  expect(isTaken).toBe(false);
  expect(printed).toContain('Ядро не отвечает');
  expect(printed).toContain('npm start');
});

test('events that the core refuses are shown and counted', async () => {
  const core = await startCore(503);
  try {
    const { isTaken, printed } = await playAgainst(core.url);
    expect(isTaken).toBe(false);
    expect(printed).toContain('✗ 503');
    expect(printed).toContain('Ядро не приняло событий: 14');
  } finally {
    core.close();
  }
});

test('times are those of the tenant', () => {
  const moment = Date.UTC(2025, 8, 25, 21, 5, 7);
  expect(localTime(moment, 'Europe/Minsk')).toBe('2025-09-26 00:05:07');
  expect(localTime(moment, 'Europe/Warsaw')).toBe('2025-09-25 23:05:07');
});

test('a scenario that names what nobody knows is refused', () => {
  const values = createCallValues({ given: { client: '1' }, timezone: 'UTC', nextChannel: () => 1, now: () => 0 });
  expect(values('client')).toBe('1');
  expect(() => values('clinet')).toThrow('{clinet}');
});

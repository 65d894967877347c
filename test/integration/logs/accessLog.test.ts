import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createAccessLog } from '@live-calls/shared/runtime';
import { PATIENCE } from '../../harness/patience.js';

let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'logs-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

test('requests that are watched are logged when they were answered or broken off', async () => {
  const log = createAccessLog({ dir });
  const server = createServer((request, response) => {
    log.watch(request, response);
    if (request.url !== '/never') response.setHeader('content-length', 2).writeHead(201).end('ok');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  try {
    await fetch(`http://127.0.0.1:${address.port}/bot12345:secret/sendMessage?text=secret`);
    const socket = connect(address.port, '127.0.0.1');
    socket.end('GET /never HTTP/1.1\r\nHost: x\r\n\r\n');
    const lines = await vi.waitFor(async () => {
      await log.flush();
      const text = await readFile(join(dir, 'access.log'), 'utf8');
      expect(text.match(/\n/g)).toHaveLength(2);
      return text.split('\n');
    }, PATIENCE);
    expect(lines[0]).toMatch(/access: method=GET path=\/bot<bot token>\/sendMessage status=201 ms=[\d.]+ bytes=2 ip=127/);
    expect(lines[1]).toMatch(/path=\/never status=499/);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});

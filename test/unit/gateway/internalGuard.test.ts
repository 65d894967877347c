import { once } from 'node:events';
import { request, type IncomingMessage, type Server } from 'node:http';
import { json } from 'node:stream/consumers';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { internalGuard, isGuarded, OperatorError, readConfig, settings, UNGUARDED } from '@live-calls/shared/runtime';

const TOKEN = 'a-long-random-text';

let server: Server | undefined;
afterEach(() => server?.close());

/** A guarded service that takes every connection for one from the given address. */
async function serve(token?: string, remoteAddress = '127.0.0.1'): Promise<number> {
  const app = express();
  app.use((incoming, _response, next) => {
    Object.defineProperty(incoming.socket, 'remoteAddress', { value: remoteAddress, configurable: true });
    next();
  });
  app.use(internalGuard(token));
  app.use((_request, response) => void response.json({ welcome: true }));
  server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

interface Ask {
  method?: string;
  headers?: Record<string, string>;
  body?: string;
}

async function ask(port: number, { method = 'GET', headers = {}, body }: Ask = {}) {
  const outgoing = request({ port, host: '127.0.0.1', method, headers, agent: false }).end(body);
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
  return { status: response.statusCode, body: await json(response) };
}

describe('the guard of internal services', () => {
  it('lets this machine in, with a token configured or without', async () => {
    expect(await ask(await serve())).toEqual({ status: 200, body: { welcome: true } });
    server?.close();
    expect((await ask(await serve(TOKEN))).status).toBe(200);
  });

  it.each(['127.0.0.1:8020', 'localhost', 'LOCALHOST:8020', '[::1]:8020'])(
    'lets this machine ask for %s',
    async (host) => {
      expect((await ask(await serve(), { headers: { host } })).status).toBe(200);
    },
  );

  it.each(['evil.example', '127.0.0.1.evil.example', 'localhost.evil.example:8020'])(
    'refuses this machine when it asks for %s, which DNS has led here',
    async (host) => {
      expect(await ask(await serve(TOKEN), { headers: { host } })).toEqual({
        status: 403,
        body: { detail: 'not allowed' },
      });
    },
  );

  it.each(['10.0.0.5', '::ffff:203.0.113.7', '2001:db8::1'])('asks %s for the token', async (address) => {
    const port = await serve(TOKEN, address);
    expect((await ask(port)).status).toBe(403);
    expect((await ask(port, { headers: { 'x-internal-token': 'a-long-random-guess' } })).status).toBe(403);
    expect((await ask(port, { headers: { 'x-internal-token': TOKEN, host: 'cache.example' } })).status).toBe(200);
  });

  it('refuses other machines when there is no token to ask for', async () => {
    const port = await serve(undefined, '10.0.0.5');
    expect((await ask(port, { headers: { 'x-internal-token': 'undefined' } })).status).toBe(403);
  });

  it.each(['https://evil.example', 'http://127.0.0.1:1', 'http://127.0.0.1.evil.example', 'null', ''])(
    'refuses what a page of %s posts, also without a body',
    async (origin) => {
      const port = await serve(TOKEN);
      expect((await ask(port, { method: 'POST', headers: { origin } })).status).toBe(403);
      expect((await ask(port, { method: 'POST', headers: { origin, 'x-internal-token': TOKEN } })).status).toBe(403);
    },
  );

  it('lets pages of its own post', async () => {
    const port = await serve();
    const headers = { origin: `http://127.0.0.1:${String(port)}` };
    expect((await ask(port, { method: 'POST', headers })).status).toBe(200);
  });

  it('takes JSON only, so that no page in a browser can post', async () => {
    const port = await serve();
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'text/plain; application/json']) {
      expect((await ask(port, { method: 'POST', headers: { 'content-type': type }, body: '{}' })).status).toBe(415);
    }
    expect((await ask(port, { method: 'PUT', body: '{}' })).status).toBe(415);
    const type = 'application/json; charset=utf-8';
    expect((await ask(port, { method: 'POST', headers: { 'content-type': type }, body: '{}' })).status).toBe(200);
    expect((await ask(port, { method: 'POST' })).status).toBe(200);
  });
});

describe('the configuration of internal services', () => {
  const Config = z
    .object({ INTERNAL_HOST: settings.INTERNAL_HOST, INTERNAL_TOKEN: settings.INTERNAL_TOKEN })
    .refine(isGuarded, UNGUARDED);

  it.each(['127.0.0.1', 'localhost', '::1'])('needs no token on %s', (INTERNAL_HOST) => {
    expect(readConfig(Config, { INTERNAL_HOST }).INTERNAL_HOST).toBe(INTERNAL_HOST);
  });

  it.each(['0.0.0.0', '::', '10.0.0.5'])('is refused on %s without a token, with what to do', (INTERNAL_HOST) => {
    const read = (): unknown => readConfig(Config, { INTERNAL_HOST });
    expect(read).toThrow(OperatorError);
    expect(read).toThrow('INTERNAL_TOKEN (not set): must be set, because INTERNAL_HOST');
    expect(readConfig(Config, { INTERNAL_HOST, INTERNAL_TOKEN: TOKEN })).toMatchObject({ INTERNAL_HOST });
  });
});

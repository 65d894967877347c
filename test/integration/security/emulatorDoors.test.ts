import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startEmulator, type TestEmulator } from '../emulatorServer.js';

let emulator: TestEmulator;
beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.close());

interface Asked {
  method?: string;
  headers?: Record<string, string>;
  body?: string;
}

async function ask(path: string, { method = 'GET', headers = {}, body }: Asked = {}) {
  const outgoing = request(emulator.url + path, { method, headers, agent: false }).end(body);
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
  return { status: response.statusCode, text: await text(response) };
}

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const SEND = '/sandbox/telegram/bot100000:made-up/sendMessage';
const EVERYWHERE = ['/', '/test-interface', '/metrics', '/ready', '/api/sandbox/faults', '/api/sandbox/uon', SEND];

describe('the emulator', () => {
  it.each(EVERYWHERE)('says nothing at %s to a page whose name was led to this machine', async (path) => {
    for (const host of ['evil.example', 'localhost.evil.example:8025', '127.0.0.1.evil.example'])
      expect((await ask(path, { headers: { host } })).status, host).toBe(403);
    expect((await ask(path, { headers: { host: 'localhost:8025' } })).status).not.toBe(403);
  });

  it('does nothing for pages of other origins, whatever they post', async () => {
    await emulator.send(4711, 'to be kept');
    const origin = 'https://evil.example';
    for (const headers of [{ origin }, { origin, ...FORM }, { origin: 'null', 'content-type': 'application/json' }]) {
      for (const path of ['/api/sandbox/reset', '/api/sandbox/faults', SEND])
        expect((await ask(path, { method: 'POST', headers, body: '' })).status, path).toBe(403);
    }
    expect((await emulator.chat(4711)).messages).toHaveLength(1);
  });

  it('takes JSON only where it is told what to do, and forms where it stands in for others', async () => {
    for (const type of ['text/plain', FORM['content-type'], 'multipart/form-data; boundary=x'])
      expect(
        (await ask('/api/sandbox/limits', { method: 'POST', headers: { 'content-type': type }, body: '{}' })).status,
        type,
      ).toBe(415);
    const sent = await ask(SEND, { method: 'POST', headers: FORM, body: 'chat_id=4712&text=x' });
    expect(sent.status).toBe(200);
  });

  it('works for its own page', async () => {
    const headers = { origin: emulator.url, 'content-type': 'application/json' };
    expect((await ask('/api/sandbox/limits', { method: 'POST', headers, body: '{}' })).status).toBe(200);
  });

  it('tells monitoring how it is', async () => {
    expect(JSON.parse((await ask('/ready')).text)).toEqual({ ready: true });
    const { text: metrics } = await ask('/metrics');
    expect(metrics).toContain('live_calls_http_request_seconds_count');
    expect(metrics).not.toContain('made-up');
  });
});

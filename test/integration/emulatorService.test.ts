import { afterAll, beforeAll, expect, test } from 'vitest';
import { startEmulator, type TestEmulator } from './emulatorServer.js';

let emulator: TestEmulator;
beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.close());

const get = (path: string): Promise<Response> => fetch(`${emulator.url}${path}`);

test('it is well', async () => {
  const response = await get('/health');
  expect(response.status).toBe(200);
  expect(await response.json()).toMatchObject({ status: 'ok', service: 'emulator' });
});

test('each call has a recording that can be played', async () => {
  const response = await get('/sandbox/recordings/1758798777.27.wav');
  expect(response.headers.get('content-type')).toMatch(/^audio\/wav/);
  const file = Buffer.from(await response.arrayBuffer());
  expect(file.subarray(0, 4).toString()).toBe('RIFF');
  expect(file.readUInt32LE(4)).toBe(file.length - 8);
  const bytesPerSecond = file.readUInt32LE(28);
  expect(file.readUInt32LE(40)).toBe(bytesPerSecond); // one second
  const loudest = Math.max(...new Int16Array(file.buffer.slice(file.byteOffset + 44)));
  expect(loudest).toBeGreaterThan(1_000);
  expect(loudest).toBeLessThan(10_000);
});

test.each(['/sandbox/recordings/x.wav', '/sandbox/recordings/..%2fapp.js', '/package.json', '/..%2fpackage.json'])(
  'nothing is found at %s',
  async (path) => {
    const response = await get(path);
    expect(response.status).toBe(404);
  },
);

test('the page allows nothing but its own files', async () => {
  const response = await get('/');
  const policy = response.headers.get('content-security-policy');
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toContain('unsafe');
  expect(await response.text()).toContain('<html lang="ru">');
});

test('a body that is no JSON is the fault of who sent it', async () => {
  const response = await fetch(`${emulator.url}/api/sandbox/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{',
  });
  expect(response.status).toBe(400);
  expect(await response.json()).toEqual({ error: 'the request could not be read' });
});

test('whoever asks for the head of the changes has the whole answer', async () => {
  const response = await fetch(`${emulator.url}/api/sandbox/telegram/stream`, { method: 'HEAD' });
  expect(response.headers.get('content-type')).toBe('text/event-stream');
  expect(await response.text()).toBe('');
});

test('changes are told to whoever listens, and stopping does not wait for them', async () => {
  const own = await startEmulator();
  const response = await fetch(`${own.url}/api/sandbox/telegram/stream`);
  expect(response.headers.get('content-type')).toBe('text/event-stream');
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let heard = '';
  const hear = async (part: string): Promise<void> => {
    while (!heard.includes(part)) {
      const chunk = await reader?.read();
      if (chunk === undefined || chunk.done) throw new Error(`the stream ended before ${part}`);
      heard += chunk.value;
    }
  };
  await hear('retry:');
  await own.send(100_200_300, 'x');
  await hear('data: {"chat_id":100200300}');
  await own.post('/api/sandbox/reset');
  await hear('data: {}');
  await own.close();
  await expect(hear('never')).rejects.toThrow();
});

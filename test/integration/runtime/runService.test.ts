import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { freePort } from '../../harness/freePort.js';

const PROGRAM = fileURLToPath(new URL('./sampleService.mjs', import.meta.url));

describe('the process of a service', () => {
  let port: number;
  const children: ChildProcess[] = [];
  beforeEach(async () => {
    port = await freePort();
  });
  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
  });

  function run(mode = '') {
    const child = fork(PROGRAM, [String(port), mode], { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
    if (child.stdout === null || child.stderr === null) throw new Error('without pipes');
    children.push(child);
    const exited = once(child, 'exit').then(([code]: unknown[]) => code);
    return { child, exited, said: text(child.stdout), complained: text(child.stderr) };
  }

  async function ready(mode = '') {
    const service = run(mode);
    expect(await once(service.child, 'message')).toEqual(['ready', undefined]);
    return service;
  }

  it('says that it is healthy', async () => {
    await ready();
    const response = await fetch(`http://127.0.0.1:${port}/health`);
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({
      status: 'ok',
      service: 'sample',
      uptime_seconds: expect.any(Number) as number,
    });
  });

  it('says what it misses', async () => {
    await ready('no-database');
    const response = await fetch(`http://127.0.0.1:${port}/health`);
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ status: 'unavailable', failed: ['database'] });
  });

  it('finishes the request in flight when it is told to stop, takes no other, closes and exits 0', async () => {
    const { child, exited, said } = await ready();
    const answer = fetch(`http://127.0.0.1:${port}/slow`).then((response) => response.text());
    await once(child, 'message');

    child.kill('SIGTERM');
    await expect
      .poll(() =>
        fetch(`http://127.0.0.1:${port}/health`).then(
          () => 'open',
          () => 'closed',
        ),
      )
      .toBe('closed');
    child.send('answer');

    expect(await answer).toBe('finished');
    expect(await exited).toBe(0);
    expect(await said).toBe('closed');
  });

  it('ends with the process manager that started it', async () => {
    const { child, exited } = await ready();
    child.disconnect();
    expect(await exited).toBe(0);
  });

  it('names the port that somebody else has, and exits 1', async () => {
    const other = createServer().listen(port, '127.0.0.1');
    await once(other, 'listening');
    const { exited, complained } = run();
    expect(await exited).toBe(1);
    expect(await complained).toBe(
      `sample: port ${port} of 127.0.0.1 is taken by another program: end that one, or set another port in .env.\n`,
    );
    other.close();
  });

  it('exits 1 after a rejection that nobody handled, and says which', async () => {
    const { exited, complained } = await ready();
    await fetch(`http://127.0.0.1:${port}/reject`).catch(() => undefined);
    expect(await exited).toBe(1);
    expect(await complained).toContain('nobody waits for this');
  });
});

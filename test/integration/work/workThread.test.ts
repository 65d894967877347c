import { Worker } from 'node:worker_threads';
import { afterEach, describe, expect, it } from 'vitest';
import { createWorkThread, type WorkThread } from '../../../services/core/src/work/workThread.js';
import { until } from '../../harness/until.js';

const threads: Worker[] = [];
afterEach(async () => {
  await Promise.all(threads.splice(0).map((thread) => thread.terminate()));
});

/** A thread that does as `script` says (`port` is its side), and what was heard of it. */
async function begin(script: string): Promise<{ work: WorkThread; deaths: unknown[]; logged: string[] }> {
  const whole = `import { parentPort as port } from 'node:worker_threads'; ${script}`;
  const thread = new Worker(new URL(`data:text/javascript,${encodeURIComponent(whole)}`));
  threads.push(thread);
  const [deaths, logged]: [unknown[], string[]] = [[], []];
  const work = await createWorkThread(thread, {
    openLog: (path) => ({ write: (entry) => void logged.push(`${path}: ${entry}`), flush: () => Promise.resolve() }),
    onDeath: (reason) => void deaths.push(reason),
  });
  return { work, deaths, logged };
}

const READY = `port.postMessage({ kind: 'ready' });`;

describe('the thread that works on stored events', () => {
  it('is told whose events were stored, and its log entries are written here, the last ones too', async () => {
    const { work, deaths, logged } = await begin(`
      const log = (entry) => port.postMessage({ kind: 'log', path: 'app.log', entry });
      port.on('message', (message) => {
        log(JSON.stringify(message));
        if (message.kind !== 'stop') return;
        port.postMessage({ kind: 'stopped' });
        port.close();
      }); ${READY}`);
    work.wake(new Set(['0367', '0368']));
    await work.stop();
    expect(logged).toEqual([
      'app.log: {"kind":"stored","enterpriseNumbers":["0367","0368"]}',
      'app.log: {"kind":"stop"}',
    ]);
    expect(deaths).toEqual([]);
  });

  it.each([
    ['throws', `throw new Error('out of order')`, 'out of order'],
    ['rejects', `Promise.reject(new Error('out of order'))`, 'out of order'],
    ['just ends', `process.exit(3)`, 'ended with 3'],
  ])('that %s is told of once', async (_how, last, reason) => {
    const { work, deaths } = await begin(`port.once('message', () => { ${last} }); ${READY}`);
    work.wake(['0367']);
    await until('its death is heard of', () => Promise.resolve(deaths.length > 0));
    await Promise.all(threads.map((thread) => thread.terminate()));
    expect(deaths).toHaveLength(1);
    expect(deaths[0]).toMatchObject({ message: expect.stringContaining(reason) as string });
  });

  it('that is busy keeps nobody who looks at its metrics waiting', async () => {
    const { work } = await begin(`port.on('message', () => undefined); ${READY}`);
    await expect(work.metrics()).rejects.toThrow(/abort/i);
  });
});

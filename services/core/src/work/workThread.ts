import { EventEmitter, once } from 'node:events';
import type { Worker } from 'node:worker_threads';
import type { MetricValues, OpenLog } from '@live-calls/shared/runtime';
import type { FromWork, ToWork } from './messages.js';

export interface WorkThread {
  /** Events of these tenants were stored. */
  wake(enterpriseNumbers: Iterable<string>): void;
  /** What the thread counts. @throws when it does not answer soon */
  metrics(): Promise<MetricValues>;
  /** Resolves when nothing is worked on any more. */
  stop(): Promise<void>;
}

/** A fold may keep the thread busy for a moment. */
const METRICS_PATIENCE_MS = 1_000;

interface WorkThreadOptions {
  /** The files that the thread's entries are written to. */
  openLog: OpenLog;
  /** Told once when it ended without having been asked to. */
  onDeath: (reason: unknown) => void;
}

/**
 * The thread that works on stored events: who posts an event does not wait for what becomes of those of others.
 *
 * @param thread `thread.ts`, begun a moment ago
 * @returns when it is ready
 */
export async function createWorkThread(thread: Worker, { openLog, onDeath }: WorkThreadOptions): Promise<WorkThread> {
  const heard = new EventEmitter();
  const say = (message: ToWork): void => thread.postMessage(message);
  let isOver = false;

  function died(reason: unknown): void {
    if (isOver) return;
    isOver = true;
    onDeath(reason);
  }

  thread.on('message', (message: FromWork) => {
    if (message.kind === 'log') openLog(message.path).write(message.entry);
    else heard.emit(message.kind, message);
  });
  thread.on('error', died);
  thread.on('exit', (code) => died(new Error(`the thread that works on events ended with ${code}`)));
  await once(heard, 'ready');

  return {
    wake: (numbers) => say({ kind: 'stored', enterpriseNumbers: [...numbers] }),
    async metrics() {
      const answer = once(heard, 'metrics', { signal: AbortSignal.timeout(METRICS_PATIENCE_MS) });
      say({ kind: 'metrics wanted' });
      const [{ values }] = (await answer) as [Extract<FromWork, { kind: 'metrics' }>];
      return values;
    },
    async stop() {
      const stopped = once(heard, 'stopped');
      say({ kind: 'stop' });
      await stopped;
      isOver = true;
    },
  };
}

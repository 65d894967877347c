import { constants, getPriority, setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { createLogger, type RotatingFile } from '@live-calls/shared/runtime';
import type { Config } from '../config.js';
import { createTenantLog } from '../logs/tenantLog.js';
import type { FromWork, ToWork } from './messages.js';
import { createWork } from './work.js';

/** Where there is not enough of the processor for both, accepting goes first: what is stored can be worked on later. */
const NICER = 5;

if (parentPort === null) throw new Error('this is a thread of the core');
const port = parentPort;
const say = (message: FromWork): void => port.postMessage(message);

// Linux knows the priority of a thread; elsewhere it would be that of the whole process.
if (process.platform === 'linux') setPriority(Math.min(getPriority() + NICER, constants.priority.PRIORITY_LOW));

const openLog = (path: string): RotatingFile => ({
  write: (entry) => say({ kind: 'log', path, entry }),
  flush: () => Promise.resolve(),
});
const config = workerData as Config;
const { LOG_DIR: dir, LOG_LEVEL: level } = config;
const log = createLogger({ dir, file: 'app.log', name: 'core', level, open: openLog });
const work = await createWork(config, log, createTenantLog({ dir, open: openLog }));

async function stop(): Promise<void> {
  await work.stop();
  await log.flush();
  say({ kind: 'stopped' });
  port.close();
}

async function tellMetrics(): Promise<void> {
  say({ kind: 'metrics', values: await work.metrics.values() });
}

port.on('message', (message: ToWork) => {
  switch (message.kind) {
    case 'stored':
      work.wake(message.enterpriseNumbers);
      break;
    case 'metrics wanted':
      void tellMetrics();
      break;
    case 'stop':
      void stop();
      break;
  }
});
say({ kind: 'ready' });

import { setTimeout as wait } from 'node:timers/promises';
import { OperatorError } from '../runtime/operatorError.js';
import type { App } from './apps.js';
import { logTail } from './logTail.js';
import { processes } from './pm2/pm2.js';

const PATIENCE_MS = 60_000;

/**
 * Resolves when `problem` finds none.
 *
 * @param problem why the app is not up yet; undefined when it is
 * @throws OperatorError with the end of the app's log when that takes more than a minute, or the app has failed twice
 */
export async function untilUp(app: App, problem: () => Promise<string | undefined>): Promise<void> {
  const restartsBefore = (await restartsOf(app)) ?? 0;
  const deadline = performance.now() + PATIENCE_MS;
  for (let found = await problem(); found !== undefined; found = await problem()) {
    const restarts = await restartsOf(app);
    if (restarts === undefined || restarts > restartsBefore + 1 || performance.now() > deadline) {
      const tail = await logTail(app.out_file);
      throw new OperatorError(`${app.name} did not come up: ${found}. The end of its log (${app.out_file}):\n${tail}`);
    }
    await wait(250);
  }
}

async function restartsOf(app: App): Promise<number | undefined> {
  const found = (await processes()).find(({ name }) => name === app.name);
  return found === undefined || found.status === 'errored' ? undefined : found.restarts;
}

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
 * @throws OperatorError with the end of the app's log when its process ends, or when it takes more than a minute
 */
export async function untilUp(app: App, problem: () => Promise<string | undefined>): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  for (let found = await problem(); found !== undefined; found = await problem()) {
    if ((await hasFailed(app)) || performance.now() > deadline) {
      const tail = await logTail(app.out_file);
      throw new OperatorError(
        `${app.name} did not come up: ${found}. The end of its log (${app.out_file}):\n${tail}\nWhat did come up still runs: npm stop ends it.`,
      );
    }
    await wait(250);
  }
}

async function hasFailed(app: App): Promise<boolean> {
  const status = (await processes()).find(({ name }) => name === app.name)?.status;
  return status !== 'online' && status !== 'launching';
}

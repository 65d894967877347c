import { createServer } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { listen } from '../runtime/listen.js';
import { OperatorError } from '../runtime/operatorError.js';
import { portVariable, type App } from './apps.js';

/** Processes of ours whose pm2 was killed end by themselves; this is how long that usually takes. */
const PATIENCE_MS = 5_000;

/**
 * Resolves when every app can listen where it wants to.
 *
 * @throws OperatorError that names all the ports that are taken
 */
export async function requireFreePorts(apps: App[]): Promise<void> {
  const problems = (await Promise.all(apps.map(problemOf))).filter((problem) => problem !== undefined);
  if (problems.length > 0) throw new OperatorError(problems.join('\n'));
}

async function problemOf(app: App): Promise<string | undefined> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      await tryToListen(app);
      return undefined;
    } catch (error) {
      if (!(error instanceof OperatorError)) throw error;
      if (performance.now() > deadline) return `${app.name}: ${error.message} (${portVariable(app.name)})`;
      await wait(250);
    }
  }
}

async function tryToListen({ host, port }: App): Promise<void> {
  const server = createServer();
  await listen(server, host, port);
  await new Promise((resolve) => server.close(resolve));
}

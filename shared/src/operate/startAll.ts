import { existsSync } from 'node:fs';
import { z } from 'zod';
import { OperatorError } from '../runtime/operatorError.js';
import { readConfig } from '../runtime/readConfig.js';
import { settings } from '../runtime/settings.js';
import { apps, POSTGRES, POSTGRES_DATA, urlOf, type App } from './apps.js';
import { builtAfter } from './builtAfter.js';
import { databaseProblem } from './databaseProblem.js';
import { healthProblem } from './healthProblem.js';
import { pm2, processes } from './pm2/pm2.js';
import { endLeftover } from './postgres/leftover.js';
import { requireFreePorts } from './requireFreePorts.js';
import { untilUp } from './untilUp.js';

/**
 * Starts everything on this machine and resolves when it is healthy. What runs already is left alone, unless it is older
 * than its program.
 *
 * @throws OperatorError that says what does not come up, and why
 */
export async function startAll(): Promise<void> {
  const all = apps();
  const unbuilt = all.find((app) => !existsSync(app.script));
  if (unbuilt !== undefined) throw new OperatorError(`${unbuilt.script} is not there: run npm run build first.`);

  const online = (await processes()).filter(({ status }) => status === 'online');
  const startOf = (app: App): number | undefined => online.find(({ name }) => name === app.name)?.startedAt;
  const isDown = (app: App): boolean => startOf(app) === undefined;
  const isOutdated = (app: App): boolean => builtAfter(app, startOf(app) ?? Infinity);
  const postgres = all.find(({ name }) => name === POSTGRES);
  const services = all.filter((app) => app !== postgres);

  // First: services that another pm2 runs keep their database.
  await requireFreePorts(services.filter(isDown));
  await (postgres === undefined ? requireDatabase() : startPostgresApp(postgres, isDown(postgres)));
  await launch(services.filter((app) => isDown(app) || isOutdated(app)));
  for (const app of services) await untilUp(app, () => healthProblem(app));
  report(all);
}

async function requireDatabase(): Promise<void> {
  const problem = await databaseProblem(10_000);
  if (problem !== undefined) throw new OperatorError(`${problem}: see DATABASE_URL in the environment or in .env.`);
}

async function startPostgresApp(postgres: App, isDown: boolean): Promise<void> {
  if (isDown) {
    await endLeftover(POSTGRES_DATA);
    await requireFreePorts([postgres]);
    await launch([postgres]);
  }
  await untilUp(postgres, () => databaseProblem(0));
}

async function launch(selected: App[]): Promise<void> {
  if (selected.length === 0) return;
  const names = selected.map(({ name }) => name);
  console.log(`Starting ${names.join(', ')} …`);
  await pm2('start', 'ecosystem.config.js', '--update-env', '--only', names.join(','));
}

function report(all: App[]): void {
  const width = Math.max(...all.map(({ name }) => name.length));
  const rows = all.map((app) => {
    const where = app.name === POSTGRES ? `127.0.0.1:${String(app.port)}` : urlOf(app);
    return `  ${app.name.padEnd(width)}  ${where.padEnd(24)}  running`;
  });
  console.log(['', ...rows, ''].join('\n'));
  if (readConfig(z.object({ SECRETS_KEY: settings.SECRETS_KEY })).SECRETS_KEY === undefined)
    console.log('SECRETS_KEY is not set: bot tokens and CRM keys are stored in plain text (see .env.example).');
  const emulator = all.find(({ name }) => name === 'emulator');
  if (emulator !== undefined) console.log(`Next: npm run demo, and open ${urlOf(emulator)}/`);
  console.log('Logs are in ./logs (LOG_DIR). To stop everything: npm stop');
}

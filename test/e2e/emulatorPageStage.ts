import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Browser, Page } from 'playwright-core';
import { seedDemo } from '../../shared/src/db/demo.js';
import { createTestDatabase, type TestDatabase } from '../harness/database.js';
import { freePort } from '../harness/freePort.js';
import { PATIENCE_MS } from '../harness/patience.js';
import { startService, type Service } from '../harness/processes.js';

/** The core and the emulator as processes, with the demo enterprise. */
export interface PageStage {
  database: TestDatabase;
  emulator: Service;
  core: Service;
  /** Starts the core again after it was killed, where the emulator looks for it. */
  restartCore(): Promise<Service>;
  end(): Promise<void>;
}

export async function createPageStage(): Promise<PageStage> {
  const directory = await mkdtemp(join(tmpdir(), 'page-'));
  const database = await createTestDatabase();
  const [corePort, emulatorPort] = [await freePort(), await freePort()];
  const emulatorUrl = `http://127.0.0.1:${String(emulatorPort)}`;
  await seedDemo(database.pool, { recordingsUrl: `${emulatorUrl}/sandbox/recordings/{id}` });
  const variables = {
    DATABASE_URL: database.url,
    TELEGRAM_API_ROOT: `${emulatorUrl}/sandbox/telegram`,
    CORE_PORT: String(corePort),
    EMULATOR_DATA_DIR: directory,
    LOG_DIR: join(directory, 'logs'),
  };
  const emulator = await startService('emulator', variables, emulatorPort);
  const startCore = (): Promise<Service> => startService('core', variables, corePort);
  const stage: PageStage = {
    database,
    emulator,
    core: await startCore(),
    restartCore: async () => {
      stage.core = await startCore();
      return stage.core;
    },
    end: async () => {
      await Promise.all([stage.core.kill('SIGKILL'), emulator.kill('SIGTERM')]);
      await database.drop();
      await rm(directory, { recursive: true });
    },
  };
  return stage;
}

/** Somebody at the page. */
export interface PageVisit {
  page: Page;
  /** What the browser's console says and what the page asks of others: both have to stay empty. */
  complaints: string[];
  close(): Promise<void>;
}

export const SIZES = { desktop: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } };

/** Opens the page in a browser that was never there before, and waits until the form can be filled in. */
export async function visitForm(
  browser: Browser,
  url: string,
  path = '/',
  viewport = SIZES.desktop,
): Promise<PageVisit> {
  const context = await browser.newContext({ viewport, locale: 'ru-RU' });
  context.setDefaultTimeout(PATIENCE_MS);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(`console: ${message.text()}`));
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
  page.on('request', (request) => {
    if (!request.url().startsWith(`${url}/`)) complaints.push(`request: ${request.url()}`);
  });
  await page.goto(`${url}${path}`);
  await page.getByRole('button', { name: 'Позвонить' }).waitFor();
  return { page, complaints, close: () => context.close() };
}

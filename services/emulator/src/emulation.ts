import { randomInt, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Queryable } from '@live-calls/shared/db';
import type { Logger, Secrets } from '@live-calls/shared/runtime';
import express, { type Router } from 'express';
import { createDirectory } from './directory/directory.js';
import { createDirectoryRoutes } from './directory/routes.js';
import type { TesterLog } from './log/testerLog.js';
import { createCoreHealth } from './player/coreHealth.js';
import { createPost } from './player/post.js';
import { crmViews } from './runs/crmViews.js';
import { createPrepare } from './runs/prepare.js';
import { answerProblems, createRunRoutes } from './runs/routes.js';
import { createRunFiles } from './runs/runFiles.js';
import { createRuns } from './runs/runs.js';
import type { CrmSandboxes } from './sandbox/crm/crms.js';
import type { Sandbox } from './sandbox/telegram/botApi.js';

/** What playing calls needs beside the sandbox. */
export interface EmulationParts {
  db: Queryable;
  /** Opens bot tokens. */
  secrets?: Secrets;
  coreUrl: string;
  /** Runs are kept in `runs` below it. */
  dataDir: string;
  testerLog: TesterLog;
  /** Whether the core sends its messages to this emulator's sandbox. */
  showsInSandbox: boolean;
  allowProduction: boolean;
}

export interface Emulation {
  /** Below `/api`. */
  routes: Router;
  /** Finds out whether the database answers; never rejects. */
  askDatabase(): Promise<void>;
  /** As it was found last. */
  database(): 'connected' | 'away';
  abandonAll(): Promise<void>;
}

const DATABASE_TIMEOUT_MS = 1_000;

/** Calls that are played against the core, and what becomes of them. */
export function createEmulation(
  parts: EmulationParts & { sandbox: Sandbox; crmSandboxes: CrmSandboxes; log: Pick<Logger, 'warn' | 'error'> },
): Emulation {
  const { db, secrets, coreUrl, dataDir, testerLog, showsInSandbox, allowProduction, sandbox, crmSandboxes, log } =
    parts;
  const directory = createDirectory(db, secrets);
  // Hosts count channels from their start on; two emulators in one second must not share one.
  let channels = randomInt(1, 1_000_000_000);
  const runs = createRuns({
    prepare: createPrepare({
      directory,
      ids: { nextChannel: () => ++channels, nextBridge: randomUUID },
      now: sandbox.now,
      allowProduction,
    }),
    performance: {
      post: createPost(coreUrl, testerLog),
      isCoreWell: createCoreHealth(coreUrl),
      witnesses: {
        db,
        directory,
        chatOf: showsInSandbox ? (chatId) => [...(sandbox.chats.find(chatId)?.messages.values() ?? [])] : undefined,
        crmOf: (phones, since) => crmViews(crmSandboxes, phones, since),
      },
      log,
    },
    files: createRunFiles(join(dataDir, 'runs')),
    log,
    now: sandbox.now,
  });
  const routes = express.Router();
  routes.use(createDirectoryRoutes(directory), createRunRoutes({ runs, openEnded: sandbox.openEnded }));
  routes.use(answerProblems(log));
  let database: 'connected' | 'away' = 'away';
  return {
    routes,
    askDatabase: async () => {
      database = await isThere(db);
    },
    database: () => database,
    abandonAll: () => runs.abandonAll(),
  };
}

async function isThere(db: Queryable): Promise<'connected' | 'away'> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<'away'>((resolve) => {
    timer = setTimeout(() => resolve('away'), DATABASE_TIMEOUT_MS);
  });
  const answer = db.query('select 1').then(
    () => 'connected' as const,
    () => 'away' as const,
  );
  const database = await Promise.race([answer, tooLate]);
  clearTimeout(timer);
  return database;
}

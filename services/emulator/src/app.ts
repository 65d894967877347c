import { fileURLToPath } from 'node:url';
import {
  createMetrics,
  createReadiness,
  healthRoute,
  internalGuard,
  isBrokenRequest,
  watchRequests,
  type Logger,
} from '@live-calls/shared/runtime';
import express, { type ErrorRequestHandler, type Express } from 'express';
import { createEmulation, type EmulationParts } from './emulation.js';
import { createRecordings } from './recordings/routes.js';
import { createChanges } from './sandbox/changes.js';
import { createCrmSandboxes } from './sandbox/crm/crms.js';
import { CRM_NAMES } from './sandbox/crm/names.js';
import { serveCrm } from './sandbox/crm/serve.js';
import { createFaults } from './sandbox/faults.js';
import { createInspection } from './sandbox/inspection.js';
import { createOpenEnded } from './sandbox/openEnded.js';
import { createBotApi } from './sandbox/telegram/botApi.js';
import { createChats, type Bounds } from './sandbox/telegram/chats.js';
import { createLimits } from './sandbox/telegram/limits.js';
import { secureHeaders } from './secureHeaders.js';

/** The page is served as it is written: nothing of it is compiled. */
const PAGE = fileURLToPath(new URL('../page/', import.meta.url));

interface AppParts {
  log: Pick<Logger, 'error' | 'warn'>;
  /** Unix milliseconds. */
  now?: () => number;
  bounds?: Partial<Bounds>;
  /** What playing calls needs; without it there is the sandbox only. */
  emulation?: EmulationParts;
}

export interface App {
  app: Express;
  /** Gives up runs and ends what would not end by itself, so that the server can close. */
  drain: () => Promise<void>;
}

/** The emulator: what stands in for the outside world, calls that are played, and a page to watch them. */
export function createApp({ log, now = Date.now, bounds = {}, emulation }: AppParts): App {
  const sandbox = {
    chats: createChats(bounds),
    faults: createFaults(),
    limits: createLimits(now),
    changes: createChanges(),
    openEnded: createOpenEnded(),
    now,
  };
  const crmSandboxes = createCrmSandboxes(now);
  const played = emulation && createEmulation({ ...emulation, sandbox, crmSandboxes, log });
  const metrics = createMetrics('emulator');
  const ready = createReadiness();
  const app = express();
  app.disable('x-powered-by');
  app.use(secureHeaders);
  app.get(
    '/health',
    async (_request, _response, next) => {
      await played?.askDatabase();
      next();
    },
    healthRoute({ service: 'emulator', details: () => ({ ...(played && { database: played.database() }) }) }),
  );
  // CRMs and Telegram take forms and files: what stands in for them takes them from this machine's programs only.
  app.use(internalGuard(undefined, { bodies: 'any' }));
  app.get('/metrics', metrics.route);
  app.get('/ready', ready.route);
  app.use(watchRequests(metrics));
  app.use('/sandbox/telegram', createBotApi(sandbox));
  for (const name of CRM_NAMES) app.use(`/sandbox/${name}`, serveCrm(crmSandboxes[name], sandbox));
  app.use('/sandbox/recordings', createRecordings());
  app.use('/api', internalGuard(undefined));
  app.use('/api/sandbox', createInspection(sandbox, crmSandboxes));
  if (played) app.use('/api', played.routes);
  // The page's own addresses are relative: below a slash they would lead elsewhere.
  app.get('/test-interface', (request, response) => {
    if (request.path.endsWith('/')) response.redirect('/test-interface');
    else response.sendFile('index.html', { root: PAGE });
  });
  app.use(express.static(PAGE, { setHeaders: (response) => response.setHeader('cache-control', 'no-cache') }));
  app.use((_request, response) => {
    response.status(404).json({ error: 'not found' });
  });
  app.use(answerError(log));
  return {
    app,
    drain: async () => {
      ready.stop();
      await played?.abandonAll();
      sandbox.openEnded.endAll();
    },
  };
}

function answerError(log: Pick<Logger, 'error'>): ErrorRequestHandler {
  return (error: unknown, _request, response, next) => {
    if (response.headersSent) {
      next(error);
      return;
    }
    const status = statusOf(error);
    // Only the message: an error of the body parser carries the body along.
    if (status >= 500) log.error('request failed', { reason: error instanceof Error ? error.message : String(error) });
    response.status(status).json({ error: status >= 500 ? 'internal error' : 'the request could not be read' });
  };
}

function statusOf(error: unknown): number {
  if (isBrokenRequest(error)) return 400;
  return error instanceof Error && 'status' in error && typeof error.status === 'number' ? error.status : 500;
}

import { healthRoute, watchRequests, type Logger, type Metrics, type Readiness } from '@live-calls/shared/runtime';
import express, { type ErrorRequestHandler, type Express, type RequestHandler, type Router } from 'express';
import { isUnstorable } from './dispatch/isUnstorable.js';
import type { Endpoint } from './endpoints/endpoint.js';
import { Refusal } from './refusal.js';

interface AppParts {
  logger: Logger;
  /** Who may ask. */
  guard: RequestHandler;
  endpoints: readonly Endpoint[];
  /** The calls' events. */
  dispatch: Router;
  /** Resolves when the database answers. */
  database: () => Promise<unknown>;
  cacheSize: () => number;
  metrics: Metrics;
  ready: Readiness;
}

const MAX_BODY = '256kb';

/** The HTTP of the service. */
export function createApp({ logger, guard, endpoints, dispatch, database, cacheSize, ...inside }: AppParts): Express {
  const app = express();
  app.disable('x-powered-by');
  // Answers are short: a digest of each costs more than it would save.
  app.disable('etag');
  app.get(
    '/health',
    healthRoute({
      service: 'integration-cache',
      checks: { database },
      details: (failed) => ({ cache_size: cacheSize(), database_connected: !failed.includes('database') }),
    }),
  );
  app.use(guard);
  app.get('/metrics', inside.metrics.route);
  app.get('/ready', inside.ready.route);
  app.use(watchRequests(inside.metrics));
  const readBody = express.json({ limit: MAX_BODY });
  for (const { method, path, answer } of endpoints) {
    const respond: RequestHandler = async (request, response) => void response.json(await answer(request));
    app[method](path, readBody, respond);
  }
  app.use(dispatch);
  for (const path of ['/health', '/dispatch/call-event', ...endpoints.map((endpoint) => endpoint.path)]) {
    app.all(path, (_request, response) => void response.status(405).json({ detail: 'Method not allowed' }));
  }
  app.use((_request, response) => void response.status(404).json({ detail: 'Not found' }));
  app.use(answerError(logger));
  return app;
}

function answerError(logger: Logger): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    if (response.headersSent) {
      next(error);
      return;
    }
    const [status, detail] = answerTo(error);
    if (status >= 500) logger.error('request failed', { path: request.path, error });
    response.status(status).json({ detail });
  };
}

function answerTo(error: unknown): [status: number, detail: string] {
  if (error instanceof Refusal) return [error.status, error.message];
  if (isUnstorable(error)) return [422, 'the body holds what cannot be stored'];
  const status = error instanceof Error && 'status' in error ? Number(error.status) : 503;
  return status < 500 ? [status, 'the request could not be read'] : [503, 'try again later'];
}

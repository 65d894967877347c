import { healthRoute, isBrokenRequest, type Logger } from '@live-calls/shared/runtime';
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';

interface AppParts {
  logger: Logger;
  /** Resolves when the database answers. */
  database: () => Promise<unknown>;
  /** Address of a call's recording on the tenant's host; null when there is none. */
  recordingOf: (callUuid: string) => Promise<string | null>;
  /** What operators see from inside. */
  status?: RequestHandler;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Everything of the core that is not ingest. */
export function createApp({ logger, database, recordingOf, status }: AppParts): Express {
  const app = express();
  app.disable('x-powered-by');
  app.get('/health', healthRoute({ service: 'core', checks: { database } }));
  // The link in a message stays the same for all subscribers and tells nothing of the host behind it.
  app.get('/recordings/:uuid', async (request, response) => {
    const { uuid } = request.params;
    const address = UUID.test(uuid) ? await recordingOf(uuid) : null;
    if (address === null) response.status(404).type('text').send('Запись не найдена\n');
    else response.redirect(address);
  });
  if (status !== undefined) app.use(status);
  app.use((_request, response) => {
    response.status(404).json({ detail: 'not found' });
  });
  app.use(answerError(logger));
  return app;
}

function answerError(logger: Logger): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    if (response.headersSent) {
      next(error);
      return;
    }
    const status = statusOf(error);
    if (isTooSlow(error)) logger.warn('request took too long', { path: request.path });
    else if (status >= 500) logger.error('request failed', { path: request.path, error });
    if (status === 503) response.set('retry-after', '5');
    response.status(status).json({ detail: status >= 500 ? 'try again later' : 'the request could not be read' });
  };
}

function statusOf(error: unknown): number {
  if (isBrokenRequest(error)) return 400;
  return error instanceof Error && 'status' in error && typeof error.status === 'number' ? error.status : 503;
}

/** PostgreSQL's query_canceled: whoever looks is given so much time, so that he does not hold up who works. */
const isTooSlow = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === '57014';

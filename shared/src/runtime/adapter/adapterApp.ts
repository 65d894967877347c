import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import { z } from 'zod';
import { CrmCallEvent, sentence, type Crm } from '../../contracts/index.js';
import { healthRoute } from '../health.js';
import type { Metrics } from '../metrics.js';
import { watchRequests } from '../metricsOfRequests.js';
import type { Readiness } from '../ready.js';
import { createSecrets, type Secrets } from '../secrets/secrets.js';
import { loadAccount, readSection } from './account.js';
import type { CrmAdapter } from './adapter.js';
import { createWork, type WorkParts } from './work.js';

interface AdapterAppParts extends WorkParts {
  /** Who may ask. */
  guard: RequestHandler;
  /** Opens the keys in sections; unless given, only such as are not encrypted can be read. */
  secrets?: Secrets;
  /** `/metrics` and `/ready`, for whoever the guard lets in. */
  inside?: { metrics: Metrics; ready: Readiness };
}

const MAX_BODY = '64kb';

const ClientQuery = z.object({ enterprise: z.string().min(1), phone: z.string().regex(/^\+\d{5,15}$/) });
const TestBody = z.object({ enterprise_number: z.string().min(1), config: z.unknown().optional() });

const NOT_FOUND = { detail: 'enterprise not found' };

/** The HTTP of an adapter: docs/decisions/0003-gateway.md. */
export function createAdapterApp<C extends Crm>(adapter: CrmAdapter<C>, { guard, ...parts }: AdapterAppParts): Express {
  const { crm } = adapter;
  const { db, secrets = createSecrets(undefined), inside } = parts;
  const work = createWork(adapter, parts);
  const app = express();
  app.disable('x-powered-by');
  app.get('/health', healthRoute({ service: crm, checks: { database: () => db.query('select 1') } }));
  if (inside !== undefined) {
    app.get('/metrics', guard, inside.metrics.route);
    app.get('/ready', guard, inside.ready.route);
    app.use(watchRequests(inside.metrics));
  }
  app.use(`/internal/${crm}`, guard, express.json({ limit: MAX_BODY }));

  app.post(`/internal/${crm}/call-event`, async (request, response) => {
    const event = CrmCallEvent.safeParse(request.body);
    if (!event.success) {
      response.status(400).json({ detail: sentence(event.error) });
      return;
    }
    const account = await loadAccount(db, crm, event.data.enterprise_number, secrets);
    if (account === undefined) {
      response.status(404).json(NOT_FOUND);
      return;
    }
    const outcome = await work.deliver(account, event.data);
    response.status({ done: 200, retry: 503, dead: 422 }[outcome.outcome]).json(outcome);
  });

  app.get(`/internal/${crm}/client`, async (request, response) => {
    const query = ClientQuery.safeParse(request.query);
    if (!query.success) {
      response.status(400).json({ detail: sentence(query.error) });
      return;
    }
    const account = await loadAccount(db, crm, query.data.enterprise, secrets);
    if (account === undefined) {
      response.status(404).json(NOT_FOUND);
      return;
    }
    const found = await work.findClient(account, query.data.phone);
    if ('client' in found) response.json(found);
    else if (found.outcome === 'retry')
      response.status(503).json({ error: found.error, retry_after_ms: found.retry_after_ms });
    else response.status(422).json({ error: found.error, advice: found.advice });
  });

  app.post(`/internal/${crm}/test`, async (request, response) => {
    const body = TestBody.safeParse(request.body);
    if (!body.success) {
      response.status(400).json({ detail: sentence(body.error) });
      return;
    }
    const { enterprise_number: number, config } = body.data;
    const account = await loadAccount(db, crm, number, secrets);
    if (account === undefined) {
      response.status(404).json(NOT_FOUND);
      return;
    }
    const section = config === undefined ? account.section : () => readSection(crm, config);
    const checks = await work.check(account, section);
    response.json({ ok: checks.every(({ ok }) => ok), checks });
  });

  app.use((_request, response) => {
    response.status(404).json({ detail: 'not found' });
  });
  app.use(answerError(parts));
  return app;
}

/** The body could not be read, or the database is away: the same shape as an outcome, for whoever delivers. */
function answerError({ logger }: Pick<WorkParts, 'logger'>): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    if (response.headersSent) {
      next(error);
      return;
    }
    const status = error instanceof Error && 'status' in error && typeof error.status === 'number' ? error.status : 503;
    if (status < 500) {
      response.status(status).json({ detail: 'the request could not be read' });
      return;
    }
    logger.error('request failed', { path: request.path, error });
    response.status(503).json({ outcome: 'retry', kind: 'unavailable', error: 'the adapter cannot work now' });
  };
}

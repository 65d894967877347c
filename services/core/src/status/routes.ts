import { fileURLToPath } from 'node:url';
import { pageHeaders, type Logger, type Metrics, type Readiness } from '@live-calls/shared/runtime';
import express, { type RequestHandler } from 'express';
import helmet from 'helmet';
import type pg from 'pg';
import { COOKIE, SIGNED_IN_SECONDS, type Access } from './access.js';
import { createStatusApi } from './api.js';
import type { ServiceState } from './services.js';

interface RoutesParts {
  access: Access;
  pool: pg.Pool;
  logger: Logger;
  metrics: Metrics['route'];
  ready: Readiness['route'];
  services: () => Promise<ServiceState[]>;
}

/** The page is served as it is written: nothing of it is compiled. */
const PAGE = fileURLToPath(new URL('../../page/', import.meta.url));

const securePage = helmet(pageHeaders());

/** Who may not look finds nothing: these paths answer as any unknown one, but for the form to sign in with. */
export function createStatusRoutes({ access, pool, logger, metrics, ready, services }: RoutesParts): RequestHandler {
  const routes = express.Router();
  const inside: RequestHandler = (request, _response, next) => next(access.mayLook(request) ? undefined : 'router');
  const page: RequestHandler = (request, _response, next) =>
    next(access.hasToken || access.mayLook(request) ? undefined : 'router');
  const noStore: RequestHandler = (_request, response, next) => {
    response.setHeader('cache-control', 'no-store');
    next();
  };

  routes.get('/metrics', inside, metrics);
  routes.get('/ready', inside, ready);
  routes.use('/status', page, securePage, noStore);
  routes.post('/status/login', express.urlencoded({ extended: false, limit: '4kb' }), (request, response) => {
    const { token } = (request.body ?? {}) as { token?: unknown };
    const signIn = access.signIn(typeof token === 'string' ? token : '', request.socket.remoteAddress);
    if (signIn.is === 'too often') {
      const seconds = Math.ceil(signIn.waitMs / 1_000);
      response.status(429).set('retry-after', String(seconds)).type('text');
      response.send(`Слишком много неверных токенов. Повторите через ${seconds} с.\n`);
      return;
    }
    if (signIn.is === 'wrong') {
      logger.warn('sign-in to the status page refused', { ip: request.socket.remoteAddress });
      response.redirect(303, '/status?refused');
      return;
    }
    response.cookie(COOKIE, signIn.cookie, {
      httpOnly: true,
      sameSite: 'strict',
      secure: request.headers['x-forwarded-proto'] === 'https',
      path: '/status',
      maxAge: SIGNED_IN_SECONDS * 1000,
    });
    response.redirect(303, '/status');
  });
  // The page's own addresses begin with /status/.
  routes.get('/status', (request, response) => {
    response.sendFile(access.mayLook(request) ? 'index.html' : 'login.html', { root: PAGE, cacheControl: false });
  });
  routes.use('/status/api', inside, createStatusApi({ pool, services }));
  routes.use('/status', express.static(PAGE, { index: false, redirect: false, cacheControl: false }));
  return routes;
}

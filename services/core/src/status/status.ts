import type pg from 'pg';
import { createReadiness, type Logger, type MetricValues } from '@live-calls/shared/runtime';
import type { RequestHandler } from 'express';
import type { Config } from '../config.js';
import { createAccess } from './access.js';
import { createCoreMetrics, type CoreMetrics } from './coreMetrics.js';
import { createServicesView } from './services.js';
import { createStatusRoutes } from './routes.js';

export interface Status {
  /** `/metrics`, `/ready`, `/status`. */
  routes: RequestHandler;
  metrics: Omit<CoreMetrics, 'route'>;
  /** No more work is taken. */
  drain(): void;
}

interface StatusOptions {
  pool: pg.Pool;
  logger: Logger;
  /** Counted where stored events are worked on. */
  ofWork: () => Promise<MetricValues>;
}

/** What operators see of the product from inside. */
export function createStatus(config: Config, { pool, logger, ofWork }: StatusOptions): Status {
  const metrics = createCoreMetrics({ pool, logger, ofWork });
  const ready = createReadiness({ database: () => pool.query('select 1') });
  const routes = createStatusRoutes({
    access: createAccess(config.STATUS_TOKEN),
    pool,
    logger,
    metrics: metrics.route,
    ready: ready.route,
    services: createServicesView(config),
  });
  return { routes, metrics, drain: ready.stop };
}

import { openBreakers, outboxDepths, readOnly, type OutboxDepth } from '@live-calls/shared/db';
import { createMetrics, type Logger, type Metrics, type MetricValues } from '@live-calls/shared/runtime';
import type pg from 'pg';
import { remembered } from './remembered.js';

export interface CoreMetrics {
  route: Metrics['route'];
  onAnswered(eventType: string, status: number, seconds: number): void;
}

/** Scrapes may come from several sides: the database is asked once in so long. */
const READ_EVERY_MS = 5_000;

const RESULTS: Readonly<Record<number, string>> = {
  200: 'stored',
  403: 'not_allowed',
  413: 'too_large',
  422: 'refused',
  429: 'too_many',
  499: 'aborted',
  503: 'unavailable',
};

interface CoreMetricsOptions {
  pool: pg.Pool;
  logger: Logger;
  /** Counted where stored events are worked on. */
  ofWork: () => Promise<MetricValues>;
}

/** What the core counts; what waits in the database is of the whole product. */
export function createCoreMetrics({ pool, logger, ofWork }: CoreMetricsOptions): CoreMetrics {
  const metrics = createMetrics('core', { ofThreads: () => orNothing(ofWork) });
  const events = metrics.counter('live_calls_events_total', 'Events that hosts posted', ['type', 'result']);
  const ingest = metrics.histogram('live_calls_ingest_seconds', 'Time to answer a posted event', []);
  const outbox = remembered(READ_EVERY_MS, () => readOnly(pool, outboxDepths));
  const breakers = remembered(READ_EVERY_MS, () => readOnly(pool, openBreakers));

  /** Who does not answer has no values, and the other metrics are there all the same. */
  async function orNothing<T>(read: () => Promise<T[]>): Promise<T[]> {
    try {
      return await read();
    } catch (error) {
      logger.warn('metrics could not be read', { error });
      return [];
    }
  }

  function ofOutbox(name: string, help: string, value: (depth: OutboxDepth) => number): void {
    metrics.gauge(name, help, ['target'], async (gauge) => {
      for (const depth of await orNothing(outbox)) gauge.set({ target: depth.target }, value(depth));
    });
  }
  ofOutbox('live_calls_outbox_waiting', 'Deliveries that wait', ({ waiting }) => waiting);
  ofOutbox('live_calls_outbox_retrying', 'Deliveries that were tried and wait', ({ retrying }) => retrying);
  ofOutbox('live_calls_outbox_dead', 'Deliveries that are not tried again', ({ dead }) => dead);
  ofOutbox('live_calls_outbox_oldest_seconds', 'How late the oldest delivery is', (depth) => depth.oldest_seconds);
  metrics.gauge('live_calls_breakers_open', 'Enterprises whose CRM is held back', ['crm'], async (gauge) => {
    for (const { crm, open } of await orNothing(breakers)) gauge.set({ crm }, open);
  });

  return {
    route: metrics.route,
    onAnswered(type, status, seconds) {
      events.inc({ type, result: RESULTS[status] ?? 'other' });
      ingest.observe(seconds);
    },
  };
}

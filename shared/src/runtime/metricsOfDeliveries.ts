import type { Verdict } from '../db/settleDeliveries.js';
import type { Metrics } from './metrics.js';

/** Told of every attempt of a worker. @param seconds that it took */
export type OnAttempt = (target: string, verdict: Verdict['kind'], seconds: number) => void;

/** Counts attempts by what came of them: `done`, `retry`, `postpone` (not yet its turn), `dead`. */
export function countAttempts(metrics: Pick<Metrics, 'counter' | 'histogram'>): OnAttempt {
  const results = metrics.counter('live_calls_delivery_attempts_total', 'Attempts to deliver, by what came of them', [
    'target',
    'result',
  ]);
  const times = metrics.histogram('live_calls_delivery_attempt_seconds', 'Time of an attempt to deliver', ['target']);
  return (target, result, seconds) => {
    results.inc({ target, result });
    if (result !== 'postpone') times.observe({ target }, seconds);
  };
}

import type { Metrics } from '@live-calls/shared/runtime';
import type { Stats } from './stats.js';

/** The same numbers as in `GET /stats`. */
export function countCache(metrics: Pick<Metrics, 'counted' | 'gauge'>, stats: Pick<Stats, 'numbers'>): void {
  const value = (name: string): number => Number(stats.numbers()[name] ?? 0);
  metrics.counted('live_calls_cache_requests_total', 'Questions to the cache', ['cache', 'result'], (counter) => {
    counter.inc({ cache: 'enterprises', result: 'hit' }, value('hits'));
    counter.inc({ cache: 'enterprises', result: 'miss' }, value('misses'));
    counter.inc({ cache: 'settings', result: 'hit' }, value('config_hits'));
    counter.inc({ cache: 'settings', result: 'miss' }, value('config_misses'));
  });
  metrics.gauge('live_calls_cache_enterprises', 'Enterprises that the cache knows', [], (gauge) => {
    gauge.set(value('cache_size'));
  });
}

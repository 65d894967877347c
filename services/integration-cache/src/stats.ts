import type { EnterpriseDirectory } from './directory/directory.js';

/**
 * How often the enterprise was in memory: for questions about it and its clients, and for questions about its settings.
 * Clients' names are not counted: each new client is asked of the CRM once, which says nothing of how the cache works.
 */
export interface Stats {
  asked(isHit: boolean): void;
  askedConfig(isHit: boolean): void;
  numbers(): Record<string, number | string | null>;
}

export function createStats(directory: Pick<EnterpriseDirectory, 'refreshes' | 'size'>): Stats {
  const all: Asked = { hits: 0, misses: 0 };
  const config: Asked = { hits: 0, misses: 0 };
  return {
    asked: (isHit) => count(all, isHit),
    askedConfig: (isHit) => count(config, isHit),
    numbers() {
      const { count, last } = directory.refreshes();
      return {
        hits: all.hits,
        misses: all.misses,
        refreshes: count,
        cache_size: directory.size(),
        config_hits: config.hits,
        config_misses: config.misses,
        config_cache_size: directory.size(),
        last_full_refresh: last?.toISOString() ?? null,
        total_requests: all.hits + all.misses,
        hit_rate_percent: percent(all),
        config_hit_rate_percent: percent(config),
      };
    },
  };
}

interface Asked {
  hits: number;
  misses: number;
}

function count(asked: Asked, isHit: boolean): void {
  if (isHit) asked.hits += 1;
  else asked.misses += 1;
}

/** With two decimals; 0 when nothing was asked. */
function percent({ hits, misses }: Asked): number {
  return hits === 0 ? 0 : Math.round((hits / (hits + misses)) * 10_000) / 100;
}

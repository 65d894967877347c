import { until } from '../harness/until.js';
import type { Product } from './product.js';

/** Events that wait to be folded. */
export async function backlog({ pool }: Pick<Product, 'pool'>): Promise<number> {
  const { rows } = await pool.query<{ count: number }>(
    'select count(*)::int as count from call_events where processed_at is null',
  );
  return rows[0]?.count ?? 0;
}

/** Resolves when at most so many wait. */
export async function untilFolded(product: Pick<Product, 'pool'>, most = 0): Promise<void> {
  await until('the core has folded what was stored', async () => (await backlog(product)) <= most, 600_000);
}

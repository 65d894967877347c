import { until } from '../harness/until.js';
import type { Product } from './product.js';

/** Events that wait to be folded. */
export async function backlog({ pool }: Pick<Product, 'pool'>): Promise<number> {
  const { rows } = await pool.query<{ count: number }>(
    'select count(*)::int as count from call_events where processed_at is null',
  );
  return rows[0]?.count ?? 0;
}

/** Resolves when the core has nothing left to do of what was measured: nobody is shown it any more. */
export async function untilWorkedOff(product: Pick<Product, 'pool'>): Promise<void> {
  await product.pool.query('update telegram_users set enabled = false');
  await untilShown(product);
}

/** Resolves when the chats show everything that was stored. */
async function untilShown(product: Pick<Product, 'pool'>): Promise<void> {
  await untilFolded(product);
  await until('no message waits', async () => {
    const { rows } = await product.pool.query(
      `select from deliveries where target = 'telegram' and state in ('pending', 'running') limit 1`,
    );
    return rows.length === 0;
  });
}

/** Resolves when at most so many wait. */
export async function untilFolded(product: Pick<Product, 'pool'>, most = 0): Promise<void> {
  await until('the core has folded what was stored', async () => (await backlog(product)) <= most, 600_000);
}

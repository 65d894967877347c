import type { Queryable } from './pool.js';

/** Makes the partitions of call_events for the months to come; without one, events would go to the default partition. */
export async function ensureEventPartitions(client: Queryable): Promise<void> {
  await client.query('select ensure_event_partitions()');
}

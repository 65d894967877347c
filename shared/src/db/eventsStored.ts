import type { EnterpriseNumber } from '../contracts/index.js';
import type { Queryable } from './pool.js';

/**
 * NOTIFY on this channel tells the cores of events that none of them has stored itself: the payload is the number of their
 * enterprise.
 */
export const EVENTS_STORED = 'call_events_stored';

/** Tells the cores, when the transaction is committed, that there are events of this enterprise to process. */
export async function tellEventsStored(db: Queryable, enterpriseNumber: EnterpriseNumber): Promise<void> {
  await db.query('select pg_notify($1, $2)', [EVENTS_STORED, enterpriseNumber]);
}

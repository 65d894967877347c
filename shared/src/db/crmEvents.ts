import type { EnterpriseNumber } from '../contracts/index.js';
import type { Queryable } from './pool.js';
import { prepared } from './prepared.js';

/** A call's event as the gateway accepts it. */
export interface NewCrmEvent {
  /** The same key again is the same event. */
  key: string;
  callId: string;
  uniqueId: string;
  eventType: 'dial' | 'answer' | 'hangup' | 'cancel';
  /** As it was posted. */
  payload: unknown;
}

/**
 * Stores an event unless its key is known; waits for a transaction that is just storing the same.
 *
 * @returns false when it is known
 */
export async function acceptCrmEvent(
  client: Queryable,
  enterpriseNumber: EnterpriseNumber,
  { key, callId, uniqueId, eventType, payload }: NewCrmEvent,
): Promise<boolean> {
  const { rowCount } = await client.query(
    prepared(
      `insert into crm_events (enterprise_number, key, call_id, unique_id, event_type, payload)
       values ($1, $2, $3, $4, $5, $6) on conflict do nothing`,
      [enterpriseNumber, key, callId, uniqueId, eventType, JSON.stringify(payload)],
    ),
  );
  return rowCount === 1;
}

/** Which kinds of events of a call were accepted. */
export async function acceptedTypesOf(
  client: Queryable,
  enterpriseNumber: EnterpriseNumber,
  callId: string,
): Promise<Set<NewCrmEvent['eventType']>> {
  const { rows } = await client.query<{ type: NewCrmEvent['eventType'] }>(
    prepared(`select distinct event_type as type from crm_events where enterprise_number = $1 and call_id = $2`, [
      enterpriseNumber,
      callId,
    ]),
  );
  return new Set(rows.map(({ type }) => type));
}

/** What the host sent for the earlier dials of a call, the oldest first. */
export async function rawDialsOf(
  client: Queryable,
  enterpriseNumber: EnterpriseNumber,
  callId: string,
): Promise<Record<string, unknown>[]> {
  const { rows } = await client.query<{ raw: Record<string, unknown> }>(
    prepared(
      `select payload -> 'raw' as raw from crm_events
       where enterprise_number = $1 and call_id = $2 and event_type = 'dial' order by received_at, key limit 100`,
      [enterpriseNumber, callId],
    ),
  );
  return rows.map((row) => row.raw);
}

/**
 * Removes up to 1000 events that are older than `days`, but none that a CRM still has to learn of.
 *
 * @param crms whose deliveries count
 * @returns how many
 */
export async function removeOldCrmEvents(
  client: Queryable,
  { days, crms }: { days: number; crms: readonly string[] },
): Promise<number> {
  const { rowCount } = await client.query(
    `delete from crm_events where (enterprise_number, key) in (
       select e.enterprise_number, e.key from crm_events e
       where e.received_at < now() - $1 * interval '1 day'
         and not exists (
           select from unnest($2::text[]) as crm
           join deliveries d on d.enterprise_number = e.enterprise_number and d.ordering_key = crm || ':' || e.call_id
           where d.state in ('pending', 'running'))
       order by e.received_at limit 1000 for update skip locked)`,
    [days, crms],
  );
  return rowCount ?? 0;
}

import type { Crm, EnterpriseNumber } from '../contracts/index.js';
import type { Queryable } from './pool.js';
import { prepared } from './prepared.js';

/** What is known of a delivery to a CRM right before an attempt. */
export interface Standing {
  /** Since the event was received. */
  eventAgeMs: number;
  /** Since it is owed: when it died and lives again, since then. */
  owedMs: number;
  /** The call's hangup was received. */
  isOver: boolean;
  /** The call's cancel was received. */
  isCancelled: boolean;
  /** Why the call's hangup is dead; null when it is not. */
  hangupError: string | null;
  /** There is a row for the destination. */
  isKnown: boolean;
  /** Failures of the destination in a row. */
  failures: number;
  /** How long nothing goes to the destination; 0 when something may. */
  heldMs: number;
  /** The destination took nothing since this is owed. */
  isDownSince: boolean;
}

/** A delivery to a CRM, and the keys of what matters for it. */
interface CrmDeliveryKeys {
  enterpriseNumber: EnterpriseNumber;
  id: number;
  crm: Crm;
  /** Of its event, and of its call's hangup and cancel. */
  eventKey: string;
  hangupKey: string;
  cancelKey: string;
}

// Spread: all at once they would all be claimed at once.
const SPREAD = `random() * interval '3 seconds'`;

// What has to wait for a reason of its own, such as a recording, does so in any case.
const NOT_BEFORE = `d.created_at + coalesce((d.payload ->> 'delay_ms')::float8, 0) * interval '1 millisecond'`;

export async function standingOf(
  client: Queryable,
  { enterpriseNumber, id, crm, eventKey, hangupKey, cancelKey }: CrmDeliveryKeys,
): Promise<Standing | undefined> {
  const { rows } = await client.query<Standing>(
    prepared(
      `select (extract(epoch from now() - coalesce(e.received_at, d.created_at)) * 1000)::float8 as "eventAgeMs",
         (extract(epoch from now() - d.created_at) * 1000)::float8 as "owedMs",
         exists (select from crm_events h where h.enterprise_number = $1 and h.key = $5) as "isOver",
         exists (select from crm_events h where h.enterprise_number = $1 and h.key = $6) as "isCancelled",
         (select h.last_error from deliveries h where h.enterprise_number = $1 and h.dedupe_key = $3 || ':' || $5
          and h.state = 'dead') as "hangupError",
         c.crm is not null as "isKnown", coalesce(c.failures, 0) as failures,
         greatest(0, coalesce(extract(epoch from c.held_until - now()) * 1000, 0))::float8 as "heldMs",
         c.last_ok_at is null or c.last_ok_at < d.created_at as "isDownSince"
       from deliveries d
       left join crm_events e on e.enterprise_number = d.enterprise_number and e.key = $4
       left join crm_destinations c on c.enterprise_number = d.enterprise_number and c.crm = $3
       where d.enterprise_number = $1 and d.id = $2`,
      [enterpriseNumber, id, crm, eventKey, hangupKey, cancelKey],
    ),
  );
  return rows[0];
}

/** Ends deliveries of these events that are not being delivered: nobody needs them any more. @returns how many */
export async function dropUnbegun(
  client: Queryable,
  enterpriseNumber: EnterpriseNumber,
  { orderingKeys, types, note }: { orderingKeys: readonly string[]; types: readonly string[]; note: string },
): Promise<number> {
  const { rowCount } = await client.query(
    prepared(
      `update deliveries set state = 'done', note = $3, finished_at = now()
       where enterprise_number = $1 and ordering_key = any ($2::text[]) and state = 'pending'
         and payload ->> 'event_type' = any ($4::text[])`,
      [enterpriseNumber, orderingKeys, note, types],
    ),
  );
  return rowCount ?? 0;
}

/**
 * Lets a held destination's deliveries wait until it may be tried, those that would be due before or all of them: any
 * of them may be the next probe. Those older than `givenUpAfterMs` are left to be looked at one by one.
 */
export async function holdBack(
  client: Queryable,
  enterpriseNumber: EnterpriseNumber,
  crm: Crm,
  { which, givenUpAfterMs }: { which: 'due' | 'all'; givenUpAfterMs: number },
): Promise<void> {
  await client.query(
    prepared(
      `with held as materialized (
       select d.enterprise_number, d.id, greatest(c.held_until + ${SPREAD}, ${NOT_BEFORE}) as run_at
       from deliveries d join crm_destinations c on c.enterprise_number = d.enterprise_number and c.crm = d.target
       where d.enterprise_number = $1 and d.target = $2 and d.state = 'pending' and c.held_until > now()
         and ($3 or d.run_at < c.held_until) and d.created_at > now() - $4 * interval '1 millisecond'
       for update of d skip locked
     )
     update deliveries d set run_at = h.run_at
     from held h where d.enterprise_number = h.enterprise_number and d.id = h.id`,
      [enterpriseNumber, crm, which === 'all', givenUpAfterMs],
    ),
  );
}

/** The CRM answers again: what waits for it runs within seconds. @returns how many */
export async function armWaiting(client: Queryable, enterpriseNumber: EnterpriseNumber, crm: Crm): Promise<number> {
  const { rowCount } = await client.query(
    prepared(
      `with waiting as materialized (
       select d.enterprise_number, d.id, least(d.run_at, greatest(now() + ${SPREAD}, ${NOT_BEFORE})) as run_at
       from deliveries d
       where d.enterprise_number = $1 and d.target = $2 and d.state = 'pending' and d.run_at > now()
       for update of d skip locked
     )
     update deliveries d set run_at = w.run_at
     from waiting w where d.enterprise_number = w.enterprise_number and d.id = w.id`,
      [enterpriseNumber, crm],
    ),
  );
  return rowCount ?? 0;
}

/**
 * Lets live again what died within the last `hours` with an error that begins with `error`; from now on it has as much
 * time as if it were new.
 *
 * @returns how many
 */
export async function reviveDead(
  client: Queryable,
  enterpriseNumber: EnterpriseNumber,
  crm: Crm,
  { error, hours }: { error: string; hours: number },
): Promise<number> {
  const { rowCount } = await client.query(
    prepared(
      `update deliveries
       set state = 'pending', attempts = 0, revision = revision + 1, run_at = now() + ${SPREAD}, last_error = null,
           finished_at = null, created_at = now()
       where enterprise_number = $1 and target = $2 and state = 'dead' and starts_with(last_error, $3)
         and finished_at > now() - $4 * interval '1 hour'`,
      [enterpriseNumber, crm, error, hours],
    ),
  );
  return rowCount ?? 0;
}

import type { EnterpriseNumber } from '../contracts/index.js';
import type { Queryable } from './pool.js';
import { prepared } from './prepared.js';

/** A row that this worker may work on until its lease runs out. */
export interface ClaimedDelivery {
  enterpriseNumber: EnterpriseNumber;
  id: number;
  orderingKey: string;
  dedupeKey: string;
  payload: unknown;
  revision: number;
  /** This one included. */
  attempts: number;
}

/** Which rows a claim may take. */
export interface Claim {
  target: string;
  /** Names this claim: whoever settles or renews must know it, so a row claimed again is out of a zombie's reach. */
  lease: string;
  leaseMs: number;
  limit: number;
  /** How many rows of one tenant may run at once, and how many do. */
  perTenant: number;
  running: ReadonlyMap<string, number>;
}

export interface LeasedRow {
  enterpriseNumber: string;
  id: number;
  lease: string;
}

/**
 * Takes due rows, the longest due first, in turn from each tenant. A row waits for every earlier unfinished one with its
 * ordering key. Only the 1000 longest due are looked at, so a backlog does not make a claim slow; tenants that have
 * their share are passed over, so it does not hide the others either.
 *
 * Whatever it was planned for: mostly next to nothing is pending, and then a backlog is. So it is told how rows are found,
 * one by one: the first of a key by the index's order, and a candidate by its place.
 */
export async function claimDeliveries(client: Queryable, claim: Claim): Promise<ClaimedDelivery[]> {
  const full = [...claim.running].filter(([, running]) => running >= claim.perTenant).map(([tenant]) => tenant);
  const { rows } = await client.query<ClaimedDelivery>(
    prepared(
      `with candidates as materialized (
       select d.ctid as place, d.enterprise_number, d.id, d.run_at from deliveries d
       where d.target = $1 and d.state = 'pending' and d.run_at <= now() and d.enterprise_number <> all ($7::text[])
         and d.id = (select min(e.id) from deliveries e where e.enterprise_number = d.enterprise_number
                     and e.ordering_key = d.ordering_key and e.state in ('pending', 'running'))
       order by d.run_at limit 1000
     ), in_turn as materialized (
       select c.*, coalesce(b.running, 0) + row_number() over (partition by c.enterprise_number order by c.run_at, c.id)
         as turn
       from candidates c
       left join unnest($5::text[], $6::int[]) as b (enterprise_number, running) using (enterprise_number)
     ), chosen as (
       select d.enterprise_number, d.id from in_turn t join deliveries d on d.ctid = t.place
       where t.turn <= $8 and d.state = 'pending'
       order by t.turn, t.run_at limit $4
       for update of d skip locked
     )
     update deliveries d
     set state = 'running', lease_owner = $2, lease_until = now() + $3 * interval '1 millisecond',
         attempts = d.attempts + 1
     from chosen c where d.enterprise_number = c.enterprise_number and d.id = c.id
     returning d.enterprise_number as "enterpriseNumber", d.id, d.ordering_key as "orderingKey",
       d.dedupe_key as "dedupeKey", d.payload, d.revision, d.attempts`,
      [
        claim.target,
        claim.lease,
        claim.leaseMs,
        claim.limit,
        [...claim.running.keys()],
        [...claim.running.values()],
        full,
        claim.perTenant,
      ],
    ),
  );
  return rows;
}

/**
 * Prolongs leases. Rows that a step is arming at this moment are left for the next time: waiting for its locks while
 * holding others could end in a deadlock.
 *
 * @returns the rows that are this worker's for another `leaseMs`
 */
export async function renewLeases(
  client: Queryable,
  held: readonly LeasedRow[],
  leaseMs: number,
): Promise<Omit<LeasedRow, 'enterpriseNumber'>[]> {
  const { rows } = await client.query<{ id: number; lease: string }>(
    prepared(
      `with mine as (
       select d.enterprise_number, d.id from deliveries d
       join unnest($1::text[], $2::bigint[], $3::uuid[]) as h (enterprise_number, id, lease) using (enterprise_number, id)
       where d.state = 'running' and d.lease_owner = h.lease
       for update of d skip locked
     )
     update deliveries d set lease_until = now() + $4 * interval '1 millisecond'
     from mine where d.enterprise_number = mine.enterprise_number and d.id = mine.id
     returning d.id, d.lease_owner as lease`,
      [held.map((row) => row.enterpriseNumber), held.map((row) => row.id), held.map((row) => row.lease), leaseMs],
    ),
  );
  return rows;
}

/** Frees the rows of workers that died. @returns how many */
export async function freeExpiredLeases(client: Queryable, target: string): Promise<number> {
  const { rowCount } = await client.query(
    prepared(
      `with expired as (
       select enterprise_number, id from deliveries
       where target = $1 and state = 'running' and lease_until < now()
       for update skip locked
     )
     update deliveries d set state = 'pending', lease_owner = null, lease_until = null
     from expired e where d.enterprise_number = e.enterprise_number and d.id = e.id`,
      [target],
    ),
  );
  return rowCount ?? 0;
}

/** How long ago a delivery was first owed. */
export async function deliveryAgeMs(
  client: Queryable,
  { enterpriseNumber, id }: Pick<ClaimedDelivery, 'enterpriseNumber' | 'id'>,
): Promise<number> {
  const { rows } = await client.query<{ age: number }>(
    prepared(
      `select (extract(epoch from now() - created_at) * 1000)::float8 as age from deliveries
     where enterprise_number = $1 and id = $2`,
      [enterpriseNumber, id],
    ),
  );
  return rows[0]?.age ?? 0;
}

/** Milliseconds until the next row is due that was not yet due `sinceMs` ago; null when there is none. */
export async function nextDueInMs(client: Queryable, target: string, sinceMs: number): Promise<number | null> {
  const { rows } = await client.query<{ wait: number | null }>(
    prepared(
      `select (extract(epoch from min(run_at) - now()) * 1000)::float8 as wait from deliveries
     where target = $1 and state = 'pending' and run_at > now() - $2 * interval '1 millisecond'`,
      [target, sinceMs],
    ),
  );
  return rows[0]?.wait ?? null;
}

/** Removes up to 1000 deliveries that were done more than `days` ago; dead ones stay until a person saw them. */
export async function removeFinishedDeliveries(client: Queryable, days: number): Promise<number> {
  const { rowCount } = await client.query(
    prepared(
      `delete from deliveries where (enterprise_number, id) in (
       select enterprise_number, id from deliveries
       where state = 'done' and finished_at < now() - $1 * interval '1 day'
       order by finished_at limit 1000 for update skip locked)`,
      [days],
    ),
  );
  return rowCount ?? 0;
}

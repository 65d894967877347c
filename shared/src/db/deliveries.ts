import type { EnterpriseNumber } from '../contracts/index.js';
import { locking, type Locked } from './locked.js';
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

/** What became of an attempt. */
export type Verdict =
  /** @param note what else there is to know, e.g. that nobody needed it any more */
  | { kind: 'done'; note?: string }
  /** To be tried again: in exactly `delayMs`, or after a back-off that grows with the attempts. */
  | { kind: 'retry'; error: string; delayMs?: number }
  /** Not tried at all: it is not yet its turn. */
  | { kind: 'postpone'; delayMs: number }
  /** Never to be tried again before a person says so. */
  | { kind: 'dead'; error: string };

export interface BackOff {
  baseMs: number;
  capMs: number;
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
 */
export async function claimDeliveries(client: Queryable, claim: Claim): Promise<ClaimedDelivery[]> {
  const full = [...claim.running].filter(([, running]) => running >= claim.perTenant).map(([tenant]) => tenant);
  const { rows } = await client.query<ClaimedDelivery>(
    prepared(
      `with candidates as materialized (
       select d.enterprise_number, d.id, d.run_at from deliveries d
       where d.target = $1 and d.state = 'pending' and d.run_at <= now() and d.enterprise_number <> all ($7::text[])
         and not exists (select from deliveries e where e.enterprise_number = d.enterprise_number
                         and e.ordering_key = d.ordering_key and e.id < d.id and e.state in ('pending', 'running'))
       order by d.run_at limit 1000
     ), in_turn as (
       select c.*, coalesce(b.running, 0) + row_number() over (partition by c.enterprise_number order by c.run_at, c.id)
         as turn
       from candidates c
       left join unnest($5::text[], $6::int[]) as b (enterprise_number, running) using (enterprise_number)
     ), chosen as (
       select d.enterprise_number, d.id from deliveries d join in_turn t using (enterprise_number, id)
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

/** What became of an attempt of a delivery that was claimed under a lease. */
export interface Settlement {
  delivery: Pick<ClaimedDelivery, 'enterpriseNumber' | 'id' | 'revision'>;
  lease: string;
  verdict: Verdict;
}

export interface Settled {
  /** It is to run again, or another one has waited for it. */
  leavesWork: boolean;
}

/**
 * Records what became of attempts, each of another delivery. A row that was owed again meanwhile stays pending: at once, but
 * never earlier than an exact delay that the other side asked for.
 *
 * @param locked what to do with a row that a step is arming. To wait for one while holding others could end in a deadlock, so
 *   only a single one may wait
 * @returns in the order of the settlements; null when the row was skipped or the lease was lost: somebody else owns it,
 *   nothing was written
 */
export async function settleDeliveries(
  client: Queryable,
  settlements: readonly Settlement[],
  { baseMs, capMs }: BackOff,
  locked: Locked,
): Promise<(Settled | null)[]> {
  const verdicts = settlements.map(({ verdict }) => verdict);
  const { rows } = await client.query<Settled & { id: number }>(
    prepared(
      `with settled as (
       select * from unnest($1::text[], $2::bigint[], $3::uuid[], $4::int[], $5::text[], $6::text[], $7::float8[], $8::text[])
         as s (enterprise_number, id, lease, revision, verdict, error, delay_ms, note)
     ), mine as materialized (
       select s.* from settled s join deliveries d using (enterprise_number, id)
       where d.lease_owner = s.lease and d.state = 'running' for no key update of d ${locking(locked)}
     )
     update deliveries d
     set state = case when d.revision = s.revision and s.verdict in ('done', 'dead') then s.verdict else 'pending' end,
         finished_at = case when d.revision = s.revision and s.verdict in ('done', 'dead') then now() end,
         run_at = case
           when s.verdict in ('done', 'dead') then d.run_at
           when d.revision = s.revision then now() + interval '1 millisecond' * coalesce(s.delay_ms,
             least($10::float8, $9::float8 * 2 ^ least(greatest(d.attempts, 1) - 1, 30)) * (0.75 + random() / 2))
           when s.verdict = 'retry' then greatest(d.run_at, now() + interval '1 millisecond' * coalesce(s.delay_ms, 0))
           else d.run_at end,
         attempts = case when s.verdict = 'postpone' then greatest(d.attempts - 1, 0) else d.attempts end,
         last_error = coalesce(s.error, d.last_error), note = coalesce(s.note, d.note),
         lease_owner = null, lease_until = null
     from mine s
     where d.enterprise_number = s.enterprise_number and d.id = s.id and d.lease_owner = s.lease and d.state = 'running'
     returning d.id, d.state = 'pending' or exists (
       select from deliveries e where e.enterprise_number = d.enterprise_number and e.ordering_key = d.ordering_key
         and e.id > d.id and e.state = 'pending') as "leavesWork"`,
      [
        settlements.map(({ delivery }) => delivery.enterpriseNumber),
        settlements.map(({ delivery }) => delivery.id),
        settlements.map(({ lease }) => lease),
        settlements.map(({ delivery }) => delivery.revision),
        verdicts.map(({ kind }) => kind),
        verdicts.map((verdict) => ('error' in verdict ? verdict.error.slice(0, 1000) : null)),
        verdicts.map((verdict) => ('delayMs' in verdict ? (verdict.delayMs ?? null) : null)),
        verdicts.map((verdict) => (verdict.kind === 'done' ? (verdict.note?.slice(0, 1000) ?? null) : null)),
        baseMs,
        capMs,
      ],
    ),
  );
  const written = new Map(rows.map(({ id, leavesWork }) => [id, { leavesWork }]));
  return settlements.map(({ delivery }) => written.get(delivery.id) ?? null);
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

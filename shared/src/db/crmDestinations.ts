import type { Crm, EnterpriseNumber } from '../contracts/index.js';
import type { Queryable } from './pool.js';
import { prepared } from './prepared.js';

/** When an enterprise's CRM is taken for down, and how it is tried out then. */
export const BREAKER = {
  /** Failures in a row that open it. */
  opensAfter: 5,
  /** From the opening to the first probe; doubled by each probe that fails. */
  probeAfterMs: 15_000,
  longestProbeMs: 300_000,
} as const;

/** Whom an alert is about and how bad it is. */
export interface Trouble {
  failingSince: Date | null;
  /** When it last took something. */
  lastOkAt: Date | null;
  /** Deliveries that wait. */
  waiting: number;
  /** Deliveries that are dead. */
  dead: number;
}

/**
 * Counts a failure. What was begun before the breaker opened says nothing new: then only a probe counts.
 *
 * @returns how long nothing goes there now, in ms; null while the breaker is closed
 */
export async function noteFailure(
  client: Queryable,
  enterpriseNumber: EnterpriseNumber,
  crm: Crm,
  { error, isProbe }: { error: string; isProbe: boolean },
): Promise<number | null> {
  const { rows } = await client.query<{ failures: number; heldMs: number | null }>(
    prepared(
      `insert into crm_destinations as c (enterprise_number, crm, failures, failing_since, last_error)
       values ($1, $2, 1, now(), $3)
       on conflict (enterprise_number, crm) do update
       set failures = case when c.failures >= $5::int and not $4::boolean then c.failures else c.failures + 1 end,
           failing_since = coalesce(c.failing_since, now()), last_error = excluded.last_error,
           held_until = case
             when c.failures >= $5::int and not $4::boolean or c.failures + 1 < $5::int then c.held_until
             else now() + interval '1 millisecond'
               * least($7::float8, $6::float8 * 2 ^ least(c.failures + 1 - $5::int, 30)) end
       returning failures, (extract(epoch from held_until - now()) * 1000)::float8 as "heldMs"`,
      [
        enterpriseNumber,
        crm,
        error.slice(0, 1000),
        isProbe,
        BREAKER.opensAfter,
        BREAKER.probeAfterMs,
        BREAKER.longestProbeMs,
      ],
    ),
  );
  const [row] = rows;
  return row === undefined || row.failures < BREAKER.opensAfter ? null : Math.max(0, row.heldMs ?? 0);
}

/**
 * The CRM answered that it wants fewer requests: it is there, and nothing goes there for `heldMs`, or longer when it has
 * said nothing else for some time: some say so whenever they are down.
 *
 * @returns how long nothing goes there now, and for how long it has said nothing else, in ms
 */
export async function noteLimit(
  client: Queryable,
  enterpriseNumber: EnterpriseNumber,
  crm: Crm,
  { error, heldMs }: { error: string; heldMs: number },
): Promise<{ heldMs: number; sinceMs: number }> {
  const { rows } = await client.query<{ heldMs: number; sinceMs: number }>(
    prepared(
      `insert into crm_destinations as c (enterprise_number, crm, failing_since, held_until, last_error)
       values ($1, $2, now(), now() + $3 * interval '1 millisecond', $4)
       on conflict (enterprise_number, crm) do update
       set failures = 0, failing_since = coalesce(c.failing_since, now()), last_error = excluded.last_error,
           held_until = greatest(excluded.held_until,
             now() + least((now() - c.failing_since) / 10, $6 * interval '1 millisecond'),
             case when c.failures < $5::int then c.held_until end)
       returning (extract(epoch from held_until - now()) * 1000)::float8 as "heldMs",
         (extract(epoch from now() - failing_since) * 1000)::float8 as "sinceMs"`,
      [enterpriseNumber, crm, heldMs, error.slice(0, 1000), BREAKER.opensAfter, BREAKER.longestProbeMs],
    ),
  );
  return rows[0] ?? { heldMs, sinceMs: 0 };
}

/**
 * The CRM answered. A hold that it asked for itself goes on.
 *
 * @param isOk it also took what it was given
 * @returns whether that closed the breaker
 */
export async function noteAnswer(
  client: Queryable,
  enterpriseNumber: EnterpriseNumber,
  crm: Crm,
  isOk: boolean,
): Promise<boolean> {
  // Most answers change nothing that matters: the time of the last good one need not be exact.
  const { rows } = await client.query<{ wasOpen: boolean }>(
    prepared(
      `update crm_destinations c
       set failures = 0, failing_since = null,
           held_until = case when c.failures >= $4::int then null else c.held_until end,
           last_ok_at = case when $3 then now() else c.last_ok_at end
       from (select failures from crm_destinations where enterprise_number = $1 and crm = $2 for update) as before
       where c.enterprise_number = $1 and c.crm = $2
         and (c.failures > 0 or c.failing_since is not null
           or $3 and (c.last_ok_at is null or c.last_ok_at < now() - interval '10 seconds'))
       returning before.failures >= $4::int as "wasOpen"`,
      [enterpriseNumber, crm, isOk, BREAKER.opensAfter],
    ),
  );
  return rows[0]?.wasOpen ?? false;
}

/** Makes sure that there is a row for what is learned of this destination. */
export async function knowDestination(client: Queryable, enterpriseNumber: EnterpriseNumber, crm: Crm): Promise<void> {
  await client.query(
    prepared('insert into crm_destinations (enterprise_number, crm) values ($1, $2) on conflict do nothing', [
      enterpriseNumber,
      crm,
    ]),
  );
}

/**
 * Asks to be the one that tries a CRM out whose breaker is open. A prober that dies is followed by another after
 * `patienceMs`.
 *
 * @returns false when somebody else is at it, or it is not yet time
 */
export async function takeProbe(
  client: Queryable,
  enterpriseNumber: EnterpriseNumber,
  crm: Crm,
  patienceMs: number,
): Promise<boolean> {
  const { rowCount } = await client.query(
    prepared(
      `update crm_destinations set held_until = now() + $3 * interval '1 millisecond'
       where enterprise_number = $1 and crm = $2 and failures >= $4::int and held_until <= now()`,
      [enterpriseNumber, crm, patienceMs, BREAKER.opensAfter],
    ),
  );
  return rowCount === 1;
}

/** The probe told nothing: the next one may begin. */
export async function giveProbeBack(client: Queryable, enterpriseNumber: EnterpriseNumber, crm: Crm): Promise<void> {
  await client.query(
    prepared(
      `update crm_destinations set held_until = now() where enterprise_number = $1 and crm = $2 and failures >= $3::int`,
      [enterpriseNumber, crm, BREAKER.opensAfter],
    ),
  );
}

/** Other settings: whatever was known of the destination no longer counts. */
export async function forgetTrouble(client: Queryable, enterpriseNumber: EnterpriseNumber, crm: Crm): Promise<void> {
  await client.query(
    prepared(
      `update crm_destinations
       set failures = 0, failing_since = null, held_until = null, last_error = null, alerted_at = null
       where enterprise_number = $1 and crm = $2`,
      [enterpriseNumber, crm],
    ),
  );
}

/** Asks to be the one that alerts. @returns undefined when somebody was alerted within the hour */
export async function takeAlert(
  client: Queryable,
  enterpriseNumber: EnterpriseNumber,
  crm: Crm,
): Promise<Trouble | undefined> {
  const { rows } = await client.query<Trouble>(
    prepared(
      `insert into crm_destinations as c (enterprise_number, crm, alerted_at) values ($1, $2, now())
       on conflict (enterprise_number, crm) do update set alerted_at = now()
       where c.alerted_at is null or c.alerted_at <= now() - interval '1 hour'
       returning c.failing_since as "failingSince", c.last_ok_at as "lastOkAt",
         (select count(*) from deliveries d where d.enterprise_number = $1 and d.target = $2
          and d.state in ('pending', 'running')) as waiting,
         (select count(*) from deliveries d where d.enterprise_number = $1 and d.target = $2
          and d.state = 'dead') as dead`,
      [enterpriseNumber, crm],
    ),
  );
  return rows[0];
}

/** Removes what is known of enterprises that there are no more. @returns how many rows */
export async function removeDestinationsOfNobody(client: Queryable): Promise<number> {
  const { rowCount } = await client.query(
    `delete from crm_destinations c
     where not exists (select from enterprises e where e.number = c.enterprise_number)`,
  );
  return rowCount ?? 0;
}

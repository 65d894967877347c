import type { Queryable } from './pool.js';

/** What waits for one kind of destination. */
export interface OutboxDepth {
  target: string;
  waiting: number;
  /** Of those: tried already. */
  retrying: number;
  running: number;
  dead: number;
  /** Seconds since the oldest one should have gone; 0 when none is late. */
  oldest_seconds: number;
}

export async function outboxDepths(db: Queryable): Promise<OutboxDepth[]> {
  const { rows } = await db.query<OutboxDepth>(
    `select target, sum(waiting)::int as waiting, sum(retrying)::int as retrying, sum(running)::int as running,
       sum(dead)::int as dead, max(oldest_seconds)::float8 as oldest_seconds
     from (
       select target, count(*) as waiting, count(*) filter (where attempts > 0) as retrying, 0 as running, 0 as dead,
         greatest(0, max(extract(epoch from now() - case when attempts > 0 then created_at else run_at end)))
           as oldest_seconds
       from deliveries where state = 'pending' group by target
       union all
       select target, 0, 0, count(*), 0, 0 from deliveries where state = 'running' group by target
       union all
       select target, 0, 0, 0, count(*), 0 from deliveries where state = 'dead' group by target
     ) d group by target order by target`,
  );
  return rows;
}

/** The delivery that waits the longest. */
export interface OldestDelivery {
  id: number;
  enterprise: string;
  name: string | null;
  target: string;
  attempts: number;
  created_at: Date;
  next_try_at: Date;
  waiting_seconds: number;
  last_error: string | null;
}

export async function oldestDelivery(db: Queryable): Promise<OldestDelivery | null> {
  const { rows } = await db.query<OldestDelivery>(
    `select d.id, d.enterprise_number as enterprise, e.name, d.target, d.attempts, d.created_at, d.run_at as next_try_at,
       extract(epoch from now() - d.since)::float8 as waiting_seconds, d.last_error
     from (
       select *, case when attempts > 0 then created_at else run_at end as since from deliveries where state = 'pending'
       order by since limit 1
     ) d left join enterprises e on e.number = d.enterprise_number
     where d.since < now()`,
  );
  return rows[0] ?? null;
}

/** CRMs that are held back, by CRM: how many enterprises' breakers are open. */
export async function openBreakers(db: Queryable): Promise<{ crm: string; open: number }[]> {
  const { rows } = await db.query<{ crm: string; open: number }>(
    `select crm, (count(*) filter (where failures >= 5))::int as open from crm_destinations group by crm order by crm`,
  );
  return rows;
}

import type { Queryable } from './pool.js';

/** So many of a kind in one minute. */
export interface FlowRow {
  /** Minutes since 1970. */
  minute: number;
  series: string;
  count: number;
}

const minute = (column: string): string => `floor(extract(epoch from ${column}) / 60)::int`;
const FROM = `date_trunc('minute', now()) - interval '59 minutes'`;

/** One search of an index for each enterprise: no index is by time alone, and hundreds of enterprises are few. */
const ofEachEnterprise = (rows: string): string =>
  `select f.minute, f.series, sum(f.count)::int as count from enterprises e cross join lateral (${rows}) f group by 1, 2`;

const QUERIES = {
  events: ofEachEnterprise(
    `select ${minute('c.event_timestamp')} as minute, 'events' as series, count(*) from call_events c
     where c.enterprise_number = e.number and c.event_timestamp >= ${FROM} and c.event_timestamp <= now() group by 1`,
  ),
  calls: ofEachEnterprise(
    `select ${minute('c.date_received')} as minute, case c.call_status when 2 then 'answered' else 'missed' end as series,
       count(*) from calls c
     where c.enterprise_number = e.number and c.date_received >= ${FROM} and c.date_received <= now() group by 1, 2`,
  ),
  done: `select ${minute('finished_at')} as minute, target as series, count(*)::int as count from deliveries
     where state = 'done' and finished_at >= ${FROM} group by 1, 2`,
  dead: `select ${minute('finished_at')} as minute, target as series, count(*)::int as count from deliveries
     where state = 'dead' and finished_at >= ${FROM} group by 1, 2`,
  failed: `select ${minute('created_at')} as minute, crm as series, count(*)::int as count from integration_logs
     where created_at >= ${FROM} and (status is null or status >= 400) group by 1, 2`,
} as const;

export type Flow = Record<keyof typeof QUERIES, FlowRow[]> & { now_minute: number };

/** The last hour by minutes: events, calls, deliveries by destination, requests to CRMs that failed. */
export async function flowOfLastHour(db: Queryable): Promise<Flow> {
  const read = async (query: string): Promise<FlowRow[]> => (await db.query<FlowRow>(query)).rows;
  const { rows } = await db.query<{ minute: number }>(`select ${minute('now()')} as minute`);
  return {
    now_minute: rows[0]?.minute ?? 0,
    events: await read(QUERIES.events),
    calls: await read(QUERIES.calls),
    done: await read(QUERIES.done),
    dead: await read(QUERIES.dead),
    failed: await read(QUERIES.failed),
  };
}

import type { Queryable } from './pool.js';

/** Something of an enterprise that a person has to look at. */
export interface Trouble {
  kind: 'dead' | 'failing' | 'unsubscribed' | 'set_aside' | 'unknown_token';
  /** Number; null: of nobody. */
  enterprise: string | null;
  name: string | null;
  /** A destination; of an unknown token its last digits. */
  target: string;
  count: number;
  /** Of the last one. */
  error: string | null;
  at: Date | null;
  held_until: Date | null;
}

const MOST = 100;
/** What counts of dead deliveries and of events of nobody is bounded: who has more than this has one trouble. */
const MOST_COUNTED = 20_000;

const QUERY = `select t.*, e.name from (
  (select 'dead' as kind, enterprise_number as enterprise, target, count(*)::int as count,
     (array_agg(last_error order by id desc))[1] as error, max(finished_at) as at, null::timestamptz as held_until
   from (select * from deliveries where state = 'dead' limit ${MOST_COUNTED}) d group by 2, 3
   order by 6 desc nulls last limit ${MOST})
  union all
  (select 'failing', enterprise_number, crm, failures, last_error, failing_since, held_until
   from crm_destinations where failures > 0 order by failures desc limit ${MOST})
  union all
  (select 'unsubscribed', enterprise_number, 'telegram', count(*)::int, max(disabled_reason), null, null
   from telegram_users where not enabled and disabled_reason is not null group by 2 order by 4 desc limit ${MOST})
  union all
  (select 'set_aside', f.enterprise_number, 'core', count(*)::int, max(process_error), max(event_timestamp), null
   from enterprises e cross join lateral (
     select * from call_events c where c.enterprise_number = e.number and c.call_uuid is null
       and c.event_timestamp between now() - interval '1 day' and now() and c.process_error is not null limit 100
   ) f group by 2 limit ${MOST})
  union all
  (select 'unknown_token', null, '…' || right(token, 4), count(*)::int, null, max(received_at), null
   from (select * from unassigned_events order by id desc limit 2000) u
   where received_at > now() - interval '1 day' group by token order by 4 desc limit 20)
) t left join enterprises e on e.number = t.enterprise
order by t.at desc nulls last`;

/** What is wrong, the latest first; at most some hundred of each kind. */
export async function troubles(db: Queryable): Promise<Trouble[]> {
  return (await db.query<Trouble>(QUERY)).rows;
}

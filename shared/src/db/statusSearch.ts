import type { Queryable } from './pool.js';

/** A call as a list shows it. */
export interface FoundCall {
  enterprise: string;
  name: string | null;
  timezone: string | null;
  uuid: string;
  unique_id: string;
  phone: string;
  state: 'open' | 'final' | 'retracted';
  direction: string | null;
  answered: boolean | null;
  started_at: Date;
}

const MOST_FOUND = 30;

const CALL = `t.enterprise_number as enterprise, e.name, e.timezone, t.uuid, t.anchor as unique_id, t.phone, t.state,
  t.view ->> 'direction' as direction, (t.view ->> 'answered')::boolean as answered, t.started_at`;

/** The newest calls that a channel of this UniqueId was part of. */
export async function callsByUniqueId(db: Queryable, numbers: string[], uniqueId: string): Promise<FoundCall[]> {
  const { rows } = await db.query<FoundCall>(
    `select ${CALL} from (
       select c.enterprise_number, c.call_uuid as uuid from unnest($1::text[]) as n (number)
       cross join lateral (
         select enterprise_number, call_uuid from call_events where enterprise_number = n.number
           and unique_id = $2 and unique_id <> '' and call_uuid is not null limit 200
       ) c
       union
       select a.enterprise_number, a.uuid from unnest($1::text[]) as n (number)
       cross join lateral (
         select enterprise_number, uuid from tracked_calls where enterprise_number = n.number and anchor = $2 limit 50
       ) a
     ) f
     join tracked_calls t on t.enterprise_number = f.enterprise_number and t.uuid = f.uuid
     left join enterprises e on e.number = t.enterprise_number
     order by t.started_at desc limit ${MOST_FOUND}`,
    [numbers, uniqueId],
  );
  return rows;
}

/** The newest calls with a client; how a phone is spelt differs by the enterprise's country. */
export async function callsByPhone(
  db: Queryable,
  spellings: readonly { number: string; phone: string }[],
): Promise<FoundCall[]> {
  const { rows } = await db.query<FoundCall>(
    `select ${CALL} from unnest($1::text[], $2::text[]) as n (number, phone)
     cross join lateral (
       select * from tracked_calls where enterprise_number = n.number and phone = n.phone and phone <> ''
       order by started_at desc limit ${MOST_FOUND}
     ) t
     left join enterprises e on e.number = t.enterprise_number
     order by t.started_at desc limit ${MOST_FOUND}`,
    [spellings.map(({ number }) => number), spellings.map(({ phone }) => phone)],
  );
  return rows;
}

import type { ClientProfile, Crm, EnterpriseNumber } from '../contracts/index.js';
import type { Queryable } from './pool.js';
import { prepared } from './prepared.js';
import type { CountedAs } from './trackedCalls.js';

/** What is known of the owner of a phone: of a stranger, nothing. */
export interface Customer {
  last_name: string | null;
  first_name: string | null;
  middle_name: string | null;
  enterprise_name: string | null;
  total_in: number;
  last_call_at: Date | null;
  last_call_answered: boolean | null;
  last_call_extension: string | null;
  /** What the CRM knows; null when it knows nobody, or was not asked yet. */
  profile: ClientProfile | null;
  /** How long ago the CRM said so; null when it was not asked yet. */
  profile_age_ms: number | null;
}

/** A call's part in its client's counters. */
export interface Count {
  phone: string;
  /** How it was counted before, and how it is to be counted now; null: not at all. */
  before: CountedAs | null;
  after: CountedAs | null;
  startedAt: Date;
  /** Who took the call; '' when nobody did or it is not known. */
  extension: string;
}

/** @param crm whose word counts; null: none's */
export async function findCustomer(
  client: Queryable,
  enterpriseNumber: EnterpriseNumber,
  phone: string,
  crm: Crm | null,
): Promise<Customer | undefined> {
  const { rows } = await client.query<Customer>(
    prepared(
      `select c.last_name, c.first_name, c.middle_name, c.enterprise_name, coalesce(c.total_in, 0) as total_in,
       c.last_call_at, c.last_call_answered, c.last_call_extension,
       case when p.found then json_build_object('last_name', p.last_name, 'first_name', p.first_name,
         'middle_name', p.middle_name, 'enterprise_name', p.enterprise_name, 'extension', p.extension) end as profile,
       (extract(epoch from now() - p.looked_up_at) * 1000)::float8 as profile_age_ms
     from (select) as client
     left join customers c on c.enterprise_number = $1 and c.phone_e164 = $2
     left join client_profiles p on p.enterprise_number = $1 and p.phone = $2 and p.crm = $3`,
      [enterpriseNumber, phone, crm],
    ),
  );
  return rows[0];
}

/** Counts a call for its client: each call once, and differently when it turned out to be different. */
export async function countCall(client: Queryable, enterpriseNumber: EnterpriseNumber, count: Count): Promise<void> {
  const change = (part: string): number => Number(has(count.after, part)) - Number(has(count.before, part));
  await client.query(
    prepared(
      `insert into customers as c (enterprise_number, phone_e164, first_seen_at, last_seen_at, total_in, total_out,
       total_answered, total_missed, last_call_at, last_call_answered, last_call_extension)
     values ($1, $2, $3, $3, $4, $5, $6, $7, $3, $8, $9)
     on conflict (enterprise_number, phone_e164) do update
     set first_seen_at = least(c.first_seen_at, excluded.first_seen_at),
         last_seen_at = greatest(c.last_seen_at, excluded.last_seen_at),
         total_in = c.total_in + excluded.total_in, total_out = c.total_out + excluded.total_out,
         total_answered = c.total_answered + excluded.total_answered,
         total_missed = c.total_missed + excluded.total_missed,
         (last_call_at, last_call_answered, last_call_extension) = (
           select l.at, l.answered, l.extension
           from (values (excluded.last_call_at, excluded.last_call_answered, excluded.last_call_extension, $10::boolean),
                        (c.last_call_at, c.last_call_answered, c.last_call_extension, true))
             as l (at, answered, extension, counts)
           where l.counts order by l.at desc nulls last limit 1)`,
      [
        enterpriseNumber,
        count.phone,
        count.startedAt,
        change('in:'),
        change('out:'),
        change(':answered'),
        change(':missed'),
        has(count.after, ':answered'),
        count.extension,
        count.after !== null,
      ],
    ),
  );
}

/** Tells the clients' last calls anew from `calls`, after one that was counted turned out to be different. */
export async function recallLastCalls(
  client: Queryable,
  enterpriseNumber: EnterpriseNumber,
  phones: string[],
): Promise<void> {
  if (phones.length === 0) return;
  await client.query(
    prepared(
      `update customers c set (last_call_at, last_call_answered, last_call_extension) = (
       select l.date_received, l.call_status = 2, coalesce(l.talked[array_upper(l.talked, 1)], '') from calls l
       where l.enterprise_number = c.enterprise_number and l.phone = c.phone_e164
       order by l.date_received desc limit 1)
     where c.enterprise_number = $1 and c.phone_e164 = any ($2::text[])`,
      [enterpriseNumber, phones],
    ),
  );
}

const has = (counted: CountedAs | null, part: string): boolean => counted?.includes(part) ?? false;

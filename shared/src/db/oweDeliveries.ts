import type { EnterpriseNumber } from '../contracts/index.js';
import type { Queryable } from './pool.js';
import { prepared } from './prepared.js';

/** Something that somebody outside has to learn. */
export interface Owed {
  enterpriseNumber: EnterpriseNumber;
  /** Whose worker delivers it. */
  target: string;
  orderingKey: string;
  /** One row a key: owed again, the same row runs again. */
  dedupeKey: string;
  /** A JSON object. */
  payload: unknown;
  /** Not before this many milliseconds from now. */
  delayMs: number;
}

const VALUES = `o.enterprise_number, o.target, o.ordering_key, o.dedupe_key, o.payload::jsonb,
       now() + o.delay_ms * interval '1 millisecond'
     from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::float8[])
       as o (enterprise_number, target, ordering_key, dedupe_key, payload, delay_ms)`;

const valuesOf = (owed: readonly Owed[]): unknown[] => [
  owed.map((one) => one.enterpriseNumber),
  owed.map((one) => one.target),
  owed.map((one) => one.orderingKey),
  owed.map((one) => one.dedupeKey),
  owed.map((one) => JSON.stringify(one.payload)),
  owed.map((one) => one.delayMs),
];

/**
 * Adds deliveries, or arms those with the same key again: what is running goes on running and will find that its
 * revision has grown, so that one delivery never runs twice at a time. What their payload does not say any more is kept.
 */
export async function oweDeliveries(client: Queryable, owed: readonly Owed[]): Promise<void> {
  if (owed.length === 0) return;
  await client.query(
    prepared(
      `insert into deliveries as d (enterprise_number, target, ordering_key, dedupe_key, payload, run_at)
     select ${VALUES}
     on conflict (enterprise_number, dedupe_key) do update
     set state = case d.state when 'running' then 'running' else 'pending' end, revision = d.revision + 1,
         payload = d.payload || excluded.payload, attempts = 0, run_at = excluded.run_at, last_error = null, note = null,
         finished_at = null`,
      valuesOf(owed),
    ),
  );
}

/** Adds deliveries whose keys are new; those that are known, done or not, stay as they are. @returns the added keys */
export async function oweDeliveriesOnce(client: Queryable, owed: readonly Owed[]): Promise<string[]> {
  if (owed.length === 0) return [];
  const { rows } = await client.query<{ dedupe_key: string }>(
    prepared(
      `insert into deliveries (enterprise_number, target, ordering_key, dedupe_key, payload, run_at)
     select ${VALUES}
     on conflict (enterprise_number, dedupe_key) do nothing
     returning dedupe_key`,
      valuesOf(owed),
    ),
  );
  return rows.map((row) => row.dedupe_key);
}

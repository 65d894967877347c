import type pg from 'pg';

/** Each call of the past has so many events. */
export const EVENTS_A_CALL = 20;

/** Of this many calls, the events, the call, its message and what was owed are written together. */
const CALLS_A_TIME = 50_000;

/** Old enough to be no part of what happens now, young enough to be remembered. */
const AT = `now() - interval '2 days' - (i::float8 / $2::float8) * interval '25 days'`;
const UUID = `('00000000-0000-4000-8000-' || lpad(i::text, 12, '0'))::uuid`;
/** Every other call is of the first tenant. */
const TENANT = `($3::text[])[case when i % 2 = 0 then 1 else 1 + i / 2 % cardinality($3::text[]) end]`;
const PHONE = `'+375290' || lpad((i / 5 % 1000000)::text, 6, '0')`;

const TABLES = ['call_events', 'tracked_calls', 'calls', 'telegram_messages', 'deliveries', 'crm_events'];

const STATEMENTS = [
  `insert into call_events (enterprise_number, unique_id, bridge_id, event_type, event_timestamp, received_at, raw_data,
     telegram_sent, processed_at, call_uuid)
   select ${TENANT}, 1700000000 + i || '.' || i, case when n % 3 = 0 then 'bridge-' || i else '' end, 'dial',
     ${AT} + n * interval '1 second', ${AT} + n * interval '1 second',
     jsonb_build_object('Token', 'past', 'UniqueId', 1700000000 + i || '.' || i, 'Phone', ${PHONE}, 'Extensions', '150'),
     true, now(), case when n < 19 then ${UUID} end
   from generate_series($1::int, $1::int + ${CALLS_A_TIME - 1}) as i, generate_series(0, ${EVENTS_A_CALL - 1}) as n
   where i < $2`,
  `insert into tracked_calls (enterprise_number, uuid, anchor, view, phone, state, started_at, counted_as, updated_at,
     external_id)
   select ${TENANT}, ${UUID}, 1700000000 + i || '.' || i,
     jsonb_build_object('state', 'final', 'rang', '["150"]'::jsonb, 'talked', '["150"]'::jsonb, 'bridges', '[]'::jsonb),
     ${PHONE}, 'final', ${AT}, 'in:answered', ${AT}, 1700000000 + i || '.' || i
   from generate_series($1::int, $1::int + ${CALLS_A_TIME - 1}) as i where i < $2 and cardinality($3::text[]) > 0`,
  `insert into calls (enterprise_number, uuid, unique_id, phone, extension, call_type, call_status, date_received, date_end,
     duration, talk_seconds, wait_seconds)
   select ${TENANT}, ${UUID}, 1700000000 + i || '.' || i, ${PHONE}, '150', 0, 2, ${AT}, ${AT}, 60, 50, 10
   from generate_series($1::int, $1::int + ${CALLS_A_TIME - 1}) as i where i < $2`,
  `insert into telegram_messages (enterprise_number, call_uuid, subscriber_id, phone, call_ended_at, wanted_kind, wanted_text,
     wanted_silent, final_message_id, shown_version, shown_text)
   select ${TENANT}, ${UUID}, 1, ${PHONE}, ${AT}, 'final', 'text', false, i, 1, 'text'
   from generate_series($1::int, $1::int + ${CALLS_A_TIME - 1}) as i where i < $2`,
  `insert into deliveries (enterprise_number, target, ordering_key, dedupe_key, payload, state, attempts, finished_at, run_at,
     created_at)
   select ${TENANT}, (array['telegram', 'dispatch', 'retailcrm'])[1 + i % 3], 'past:' || i, 'past:' || i, '{}', 'done', 1,
     now() - interval '2 days', ${AT}, ${AT}
   from generate_series($1::int, $1::int + ${CALLS_A_TIME - 1}) as i where i < $2`,
  `insert into crm_events (enterprise_number, key, call_id, unique_id, event_type, payload, received_at)
   select ${TENANT}, 'past:' || i || ':hangup', 'past:' || i, 1700000000 + i || '.' || i, 'hangup', '{}', ${AT}
   from generate_series($1::int, $1::int + ${CALLS_A_TIME - 1}) as i where i < $2`,
  `insert into customers (enterprise_number, phone_e164, first_seen_at, last_seen_at, total_in)
   select ${TENANT}, ${PHONE}, ${AT}, ${AT}, 1
   from generate_series($1::int, $1::int + ${CALLS_A_TIME - 1}) as i where i < $2 on conflict do nothing`,
];

/**
 * Makes calls `from` to `to` a part of the past: over, shown, delivered. The indexes are made anew behind
 * the rows, which is several times as fast, from the definitions that the migrations gave them.
 */
export async function addPast(pool: pg.Pool, tenants: readonly string[], from: number, to: number): Promise<void> {
  const { rows: indexes } = await pool.query<{ name: string; definition: string }>(
    `select i.indexrelid::regclass::text as name, pg_get_indexdef(i.indexrelid) as definition from pg_index i
     where i.indrelid = any ($1::regclass[]) and not i.indisunique`,
    [TABLES],
  );
  for (const { name } of indexes) await pool.query(`drop index ${name}`);
  const turns = Array.from({ length: Math.ceil((to - from) / CALLS_A_TIME) }, (_, turn) => from + turn * CALLS_A_TIME);
  const writeTurns = async (client: pg.PoolClient): Promise<void> => {
    for (let first = turns.shift(); first !== undefined; first = turns.shift()) {
      for (const statement of STATEMENTS) await client.query(statement, [first, to, tenants]);
    }
  };
  await Promise.all([1, 2].map(() => unhurried(pool, writeTurns)));
  await unhurried(pool, async (client) => {
    for (const { definition } of indexes) await client.query(definition.replace(' ON ONLY ', ' ON '));
    await client.query('vacuum analyze');
  });
}

/** A connection whose statements may take minutes. */
async function unhurried(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<void>): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query(`set statement_timeout = 0; set synchronous_commit = off; set maintenance_work_mem = '512MB'`);
    await work(client);
  } finally {
    client.release(true);
  }
}

import type pg from 'pg';
import type { FixtureEvent } from '../fixtures/fixtures.js';

/** A tenant of its own for one sequence: nothing of another test can reach it. */
export interface TestTenant {
  number: string;
  token: string;
  chats: number[];
}

let added = 0;

/**
 * Adds an enterprise with two subscribers, managers 150–152 and a line with a number rule.
 *
 * @param integrations its `integrations_config`: the CRMs that it has from the first moment on
 */
export async function addTenant(pool: pg.Pool, integrations: object = {}): Promise<TestTenant> {
  added += 1;
  const number = String(1000 + added);
  const tenant = { number, token: `37529000${number}`, chats: [added * 10 + 1, added * 10 + 2] };
  await pool.query(
    `with enterprise as (
       insert into enterprises (number, name, name2, bot_token, integrations_config)
       values ($1, 'test' || $1, $2, '100000:test-' || $1, $4)
       returning number
     ), subscribed as (
       insert into telegram_users (enterprise_number, tg_id) select number, unnest($3::bigint[]) from enterprise
     ), lined as (
       insert into lines (enterprise_number, line_id, name, incoming_transform)
       select number, line_id, name, rule from enterprise, (values ('0001363', 'Главный офис', null),
         ('3880001', 'SIP', '+375{9}')) as l (line_id, name, rule)
     ), managers as (
       insert into users (enterprise_number, last_name, first_name)
       select number, 'Петров' || i, 'Пётр' from enterprise, generate_series(0, 2) as i
       returning enterprise_number, id, last_name
     )
     insert into user_internal_phones (enterprise_number, internal_phone, user_id)
     select enterprise_number, '15' || right(last_name, 1), id from managers`,
    [number, tenant.token, tenant.chats, JSON.stringify(integrations)],
  );
  return tenant;
}

/** The events as this tenant's host would send them. */
export const ofTenant = ({ token }: TestTenant, events: FixtureEvent[]): FixtureEvent[] =>
  events.map((event) => ({ ...event, body: { ...event.body, Token: token } }));

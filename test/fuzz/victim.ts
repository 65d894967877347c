import type pg from 'pg';
import { demoIntegrations } from '../../shared/src/db/demoIntegrations.js';
import type { Victim } from './endpoints.js';

/** Adds an enterprise that hostile requests are about: names that are HTML and SQL, all CRMs switched on. */
export async function addVictim(pool: pg.Pool, sandbox: string, { number, token }: Victim): Promise<void> {
  await pool.query(
    `with enterprise as (
       insert into enterprises (number, name, name2, bot_token, integrations_config, recordings_url, is_test)
       values ($1, 'victim' || $1, $2, '100000:victim', $3, 'https://calls.example.com/{unique_id}.mp3', true) returning number
     ), subscribed as (
       insert into telegram_users (enterprise_number, tg_id) select number, 4700 + number::int from enterprise
     ), lined as (
       insert into lines (enterprise_number, line_id, name)
       select number, '0001363', '<b>R&D</b> "''; drop table lines; -- <' from enterprise
     ), manager as (
       insert into users (enterprise_number, last_name, first_name)
       select number, '<i>Иванов</b> & "Co"', '<script>' from enterprise returning enterprise_number, id
     )
     insert into user_internal_phones (enterprise_number, internal_phone, user_id)
     select enterprise_number, '150', id from manager`,
    [number, token, JSON.stringify(demoIntegrations(sandbox))],
  );
}

import type pg from 'pg';
import { demoIntegrations } from './demoIntegrations.js';
import { inTransaction } from './pool.js';

const ENTERPRISE = '0367';

interface DemoOptions {
  /** Template of the recordings' addresses. */
  recordingsUrl: string;
  /** Address of the sandboxes that stand in for CRMs; without it no CRM is configured. */
  sandboxUrl?: string;
}

/** A company to try the product with, unless it is there already: two subscribers, three managers, two lines. */
export async function seedDemo(pool: pg.Pool, { recordingsUrl, sandboxUrl }: DemoOptions): Promise<void> {
  await inTransaction(pool, async (client) => {
    const { rowCount } = await client.query(
      `insert into enterprises (number, name, name2, bot_token, timezone, country, recordings_url,
         integrations_config, debug_log, is_test)
       values ($1, 'june', '375293332255', '100000:demo-june', 'Europe/Minsk', 'BY', $2, $3, true, true)
       on conflict do nothing`,
      [ENTERPRISE, recordingsUrl, JSON.stringify(sandboxUrl === undefined ? {} : demoIntegrations(sandboxUrl))],
    );
    if (rowCount === 0) return;
    await client.query('insert into telegram_users (enterprise_number, tg_id) values ($1, 1001), ($1, 1002)', [
      ENTERPRISE,
    ]);
    await client.query(
      `with named (phone, last_name, first_name, middle_name) as (values
         ('150', 'Петров', 'Пётр', 'Петрович'),
         ('151', 'Иванов', 'Иван', 'Иванович'),
         ('152', 'Сидорова', 'Анна', 'Сергеевна')),
       added as (
         insert into users (enterprise_number, last_name, first_name, middle_name)
         select $1, last_name, first_name, middle_name from named
         returning id, last_name)
       insert into user_internal_phones (enterprise_number, internal_phone, user_id)
       select $1, named.phone, added.id from named join added using (last_name)`,
      [ENTERPRISE],
    );
    await client.query(
      `insert into lines (enterprise_number, line_id, name)
       values ($1, '0001363', 'Главный офис'), ($1, '0001366', 'Резервная линия')`,
      [ENTERPRISE],
    );
  });
}

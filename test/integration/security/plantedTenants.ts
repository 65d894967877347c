import { expect } from 'vitest';
import { CRMS } from '@live-calls/shared/contracts';
import { createSecrets } from '@live-calls/shared/runtime';
import { demoIntegrations } from '../../../shared/src/db/demoIntegrations.js';
import { liveFixtures } from '../../fixtures/fixtures.js';
import { VICTIM } from '../../fuzz/endpoints.js';
import type { Fleet } from '../../fuzz/fleet.js';
import { post } from '../../harness/host.js';
import { untilCaughtUp } from '../../harness/outcome.js';
import { until } from '../../harness/until.js';
import { knock } from './knock.js';
import type { PlantedKeys, PlantedSecrets } from './plantedSecrets.js';

interface PlantedTenant {
  number: string;
  /** Its host's. */
  token: string;
  chat: number;
  keys: PlantedKeys;
}

/** Two enterprises with all CRMs: what sandboxes take is the one's, the other is refused by each of them. */
export const plantedTenants = ({ good, bad }: PlantedSecrets): PlantedTenant[] => [
  { number: VICTIM.number, token: VICTIM.token, chat: 4701, keys: good },
  { number: '0998', token: '375290000998', chat: 4702, keys: bad },
];

/** Writes them down as `npm run admin` would. */
export async function plant({ database, of }: Fleet, secretsKey: string, tenants: PlantedTenant[]): Promise<void> {
  const { seal } = createSecrets(secretsKey);
  const sandbox = `${of('emulator').url}/sandbox`;
  const demo = demoIntegrations(sandbox);
  for (const { number, token, chat, keys } of tenants) {
    const config = {
      ...demo,
      retailcrm: { ...demo.retailcrm, api_key: seal(keys.retailcrm) },
      ms: { ...demo.ms, api_token: seal(keys.moysklad), integration_code: seal(keys.integrationCode) },
      uon: { ...demo.uon, api_key: seal(keys.uon) },
      bitrix24: { ...demo.bitrix24, incoming_webhook: seal(`${sandbox}/bitrix24/rest/31/${keys.bitrix24}/`) },
    };
    await database.pool.query(
      `with enterprise as (
         insert into enterprises (number, name, name2, bot_token, integrations_config, debug_log, is_test)
         values ($1, 'tenant' || $1, $2, $3, $4, true, true) returning number
       )
       insert into telegram_users (enterprise_number, tg_id) select number, $5 from enterprise`,
      [number, token, seal(keys.bot), JSON.stringify(config), chat],
    );
  }
}

/** A call of each, while Telegram and the CRMs fail now and then. */
export async function playCalls({ database: { pool }, of }: Fleet, tenants: PlantedTenant[]): Promise<void> {
  const port = Number(new URL(of('emulator').url).port);
  const fault = async (body: object): Promise<void> => {
    const headers = { 'content-type': 'application/json' };
    const request = { port, method: 'POST', path: '/api/sandbox/faults', headers, body: JSON.stringify(body) };
    expect((await knock(request)).status).toBe(201);
  };
  await fault({ target: 'telegram', mode: '500', count: 2 });
  for (const { keys, chat } of tenants)
    if (keys.areWrong) await fault({ target: 'telegram', mode: '403', chat_id: chat });
  for (const crm of CRMS) await fault({ target: crm, mode: 'html' });
  const { events = [] } = liveFixtures.find(({ name }) => name === 'incoming_no_greeting_answered') ?? {};
  for (const { token } of tenants) {
    const own = events.map((event) => ({ ...event, body: { ...event.body, Token: token } }));
    await post(own, { core: () => of('core').url });
  }
  await untilCaughtUp(pool);
  await until('each CRM was asked, by who may and by who may not', async () => {
    const { rows } = await pool.query('select distinct enterprise_number, crm from integration_logs');
    return rows.length === tenants.length * CRMS.length;
  });
}

/** Every row of every table, as a dump would have it, by the table's name. */
export async function everyRow({ database: { pool } }: Fleet): Promise<[table: string, rows: string][]> {
  const { rows } = await pool.query<{ name: string }>(
    `select table_name as name from information_schema.tables
     where table_schema = 'public' and table_type = 'BASE TABLE'`,
  );
  return Promise.all(
    rows.map(async ({ name }): Promise<[string, string]> => {
      const { rows: all } = await pool.query<{ row: string }>(
        `select t::text || to_jsonb(t)::text as row from ${name} t`,
      );
      return [name, all.map(({ row }) => row).join('\n')];
    }),
  );
}

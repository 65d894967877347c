import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { seedDemo } from '../../shared/src/db/demo.js';
import { createTestDatabase, type TestDatabase } from '../harness/database.js';
import { stageOf } from './emulatorCrmStage.js';
import { startEmulator, type TestEmulator } from './emulatorServer.js';

const Extensions = z.record(z.string(), z.string());
const Integrations = z.object({
  retailcrm: z.object({ enabled: z.boolean(), domain: z.string(), api_key: z.string(), user_extensions: Extensions }),
  ms: z.object({
    enabled: z.boolean(),
    phone_api_url: z.string(),
    api_url: z.string(),
    integration_code: z.string(),
    api_token: z.string(),
    employee_mapping: z.record(z.string(), z.object({ employee_id: z.string(), name: z.string() })),
  }),
  uon: z.object({ enabled: z.boolean(), api_url: z.string(), api_key: z.string(), user_extensions: Extensions }),
  bitrix24: z.object({ enabled: z.boolean(), incoming_webhook: z.string(), user_extensions: Extensions }),
});

let emulator: TestEmulator;
let database: TestDatabase;
let demo: z.infer<typeof Integrations>;

beforeAll(async () => {
  emulator = await startEmulator();
  database = await createTestDatabase();
  await seedDemo(database.pool, {
    recordingsUrl: 'http://127.0.0.1/{unique_id}',
    sandboxUrl: `${emulator.url}/sandbox`,
  });
  const { rows } = await database.pool.query<{ integrations_config: unknown }>(
    'select integrations_config from enterprises',
  );
  demo = Integrations.parse(rows[0]?.integrations_config);
});
afterAll(async () => {
  await emulator.close();
  await database.drop();
});

async function read<T>(schema: z.ZodType<T>, url: string, headers: Record<string, string> = {}): Promise<T> {
  const response = await fetch(url, { headers });
  expect(response.status).toBe(200);
  return schema.parse(await response.json());
}

test('all CRMs of the demo company are on', () => {
  expect([demo.retailcrm, demo.ms, demo.uon, demo.bitrix24].map(({ enabled }) => enabled)).toEqual(Array(4).fill(true));
});

test('RetailCRM knows the demo company’s managers', async () => {
  const { domain, api_key, user_extensions } = demo.retailcrm;
  const Users = z.object({ users: z.array(z.object({ id: z.coerce.string() })) });
  const { users } = await read(Users, `${domain}/api/v5/users`, { 'x-api-key': api_key });
  expect(users.map(({ id }) => id)).toEqual(Object.keys(user_extensions));
});

test('MoySklad knows them', async () => {
  const { phone_api_url, api_url, integration_code, api_token, employee_mapping } = demo.ms;
  const headers = { accept: 'application/json;charset=utf-8', 'accept-encoding': 'gzip' };
  const Employees = z.object({
    employees: z.array(z.object({ extention: z.string(), meta: z.object({ href: z.string() }) })),
  });
  const { employees } = await read(Employees, `${phone_api_url}/employee`, {
    ...headers,
    'lognex-phone-auth-token': integration_code,
  });
  expect(employees.map(({ extention, meta }) => [extention, meta.href])).toEqual(
    Object.entries(employee_mapping).map(([extension, { employee_id }]) => [
      extension,
      `${api_url}/entity/employee/${employee_id}`,
    ]),
  );
  const authorization = `Bearer ${api_token}`;
  const Rows = z.object({ rows: z.array(z.object({ fullName: z.string() })) });
  const { rows } = await read(Rows, `${api_url}/entity/employee`, { ...headers, authorization });
  for (const [n, { name }] of Object.values(employee_mapping).entries()) expect(rows[n]?.fullName).toContain(name);
});

test('U-ON knows them', async () => {
  const { api_url, api_key, user_extensions } = demo.uon;
  const Managers = z.object({ users: z.array(z.object({ u_id: z.number(), ip_internal_number: z.string() })) });
  const { users } = await read(Managers, `${api_url}/${api_key}/manager.json`);
  const known = users.map(({ u_id, ip_internal_number }) => [String(u_id), ip_internal_number]);
  expect(Object.fromEntries(known)).toEqual(user_extensions);
});

test('Bitrix24 knows them', async () => {
  const { incoming_webhook, user_extensions } = demo.bitrix24;
  const Users = z.object({ result: z.array(z.object({ ID: z.string(), UF_PHONE_INNER: z.string() })) });
  const { result } = await read(Users, `${incoming_webhook}user.get`);
  expect(Object.fromEntries(result.map(({ ID, UF_PHONE_INNER }) => [ID, UF_PHONE_INNER]))).toEqual(user_extensions);
});

test('nothing of it was a mistake', async () => {
  for (const crm of ['retailcrm', 'moysklad', 'uon', 'bitrix24']) {
    expect(await stageOf(emulator, crm).violations()).toEqual([]);
  }
});

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../harness/database.js';
import { post } from '../harness/host.js';
import { PATIENCE_MS } from '../harness/patience.js';
import { startService, type Service } from '../harness/processes.js';
import { addTenant, type TestTenant } from '../harness/tenant.js';
import { until } from '../harness/until.js';
import { launchBrowser } from './emulatorBrowser.js';

const TOKEN = 'status-token-of-the-test';
const SIZES = { desktop: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } };
let database: TestDatabase;
let directory: string;
let emulator: Service;
let core: Service;
let browser: Browser;
let tenant: TestTenant;

beforeAll(async () => {
  database = await createTestDatabase();
  directory = await mkdtemp(join(tmpdir(), 'status-'));
  emulator = await startService('emulator', { DATABASE_URL: database.url, LOG_DIR: directory });
  core = await startService('core', {
    DATABASE_URL: database.url,
    LOG_DIR: directory,
    STATUS_TOKEN: TOKEN,
    TELEGRAM_API_ROOT: `${emulator.url}/sandbox/telegram`,
  });
  browser = await launchBrowser();
  tenant = await addTenant(database.pool);
  await database.pool.query(`update enterprises set name = '<b>Иванов</b> & Ко' where number = $1`, [tenant.number]);
  await playCall();
  await leaveTraces();
});

afterAll(async () => {
  await browser.close();
  await Promise.all([core.kill('SIGTERM'), emulator.kill('SIGTERM')]);
  await database.drop();
  await rm(directory, { recursive: true });
});

/** An answered call, shown in the chats. */
async function playCall(): Promise<void> {
  const base = { Token: tenant.token, UniqueId: '1759225684.16', Phone: '375290000001', Trunk: '0001363' };
  const bridge = { ...base, BridgeUniqueid: 'bridge-1', Channel: 'SIP/150-0001', CallerIDNum: '150' };
  const events = [
    { event: 'start', body: { ...base, CallType: 0 } },
    { event: 'dial', body: { ...base, CallType: 0, Extensions: ['150', '151'] } },
    { event: 'bridge', body: { ...bridge, ConnectedLineNum: '375290000001' } },
    { event: 'hangup', body: { ...base, CallType: 0, CallStatus: 2, Extensions: ['150'] } },
  ];
  await post(
    events.map((event) => ({ ...event, offset_ms: 0 })),
    { core: () => core.url },
  );
  await until('the call stands in its chats', async () => {
    const { rows } = await database.pool.query<{ done: boolean }>(
      `select count(*) = 2 as done from telegram_messages
       where enterprise_number = $1 and wanted_kind = 'final' and shown_version = wanted_version`,
      [tenant.number],
    );
    return rows[0]?.done ?? false;
  });
}

/** What the gateway and an adapter leave of a call that a CRM did not take. */
async function leaveTraces(): Promise<void> {
  await database.pool.query(
    `with call as (
       update tracked_calls set external_id = anchor where enterprise_number = $1 returning uuid, anchor
     ), accepted as (
       insert into crm_events (enterprise_number, key, call_id, unique_id, event_type, payload)
       select $1, uuid || ':hangup', uuid::text, anchor, 'hangup', '{}' from call
     ), owed as (
       insert into deliveries (enterprise_number, target, ordering_key, dedupe_key, payload, state, attempts, last_error,
         finished_at)
       select $1, 'uon', 'uon:' || uuid, 'uon:' || uuid || ':hangup', '{"event_type": "hangup"}', 'dead', 1,
         'configuration: HTTP 401. Проверьте ключ.', now() from call
     )
     insert into integration_logs (enterprise_number, crm, event_type, unique_id, attempt, request, response, status,
       duration_ms, error)
     select $1, 'uon', 'hangup', anchor, 1, '{"method": "POST", "url": "https://crm.example.com/***/call.json"}',
       '{"status": 401, "body": {"error": "bad key"}}', 401, 87, 'HTTP 401' from call`,
    [tenant.number],
  );
}

async function visit(viewport = SIZES.desktop): Promise<{ page: Page; complaints: string[] }> {
  const context = await browser.newContext({ viewport, locale: 'ru-RU' });
  context.setDefaultTimeout(PATIENCE_MS);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(`${core.url}/status`);
  return { page, complaints };
}

const picture = async (page: Page, name: string): Promise<void> => {
  const { STATUS_PICTURES: pictures } = process.env;
  if (pictures !== undefined) await page.screenshot({ path: join(pictures, `${name}.png`), fullPage: true });
};

describe('the status page', () => {
  for (const [size, viewport] of Object.entries(SIZES)) {
    it(`shows services, the flow and who needs a person, and a call's timeline by its phone (${size})`, async () => {
      const { page, complaints } = await visit(viewport);
      await page.getByText('Внимание').waitFor();
      const well = page.locator('#services li[data-state="ok"]');
      await expect.poll(() => well.allInnerTexts()).toEqual([expect.stringContaining('Ядро')]);
      // Whatever an enterprise is called, it is text.
      await page.getByText(`<b>Иванов</b> & Ко (${tenant.number}) — U-ON: не доставлено 1`).waitFor();
      await page.getByRole('img', { name: /События АТС за последний час: принято 4/ }).waitFor();

      await page.getByLabel('UniqueId или телефон').fill('8 (029) 000-00-01');
      await page.getByRole('button', { name: 'Найти' }).click();
      const moments = page.locator('.timeline > li');
      await moments.first().waitFor();
      const told = (await moments.locator('strong').allInnerTexts()).join('\n');
      expect(told).toMatch(/АТС: start[^]*Звонок: вызов[^]*Звонок: завершён/);
      expect(told).toContain(`Telegram ${String(tenant.chats[0])}: показано`);
      expect(told).toContain('Запрос в U-ON: завершение, попытка 1');
      expect(told).toContain('U-ON: завершение — не доставлено');
      expect(await page.content()).not.toContain(tenant.token);
      await picture(page, size);

      const width = await page.evaluate('document.documentElement.scrollWidth');
      expect(width).toBe(viewport.width);
      expect(complaints).toEqual([]);
      await page.context().close();
    });
  }

  it('finds a call by its UniqueId and from the last events of an enterprise', async () => {
    const { page } = await visit();
    await page.getByLabel('UniqueId или телефон').fill('1759225684.16');
    await page.getByRole('button', { name: 'Найти' }).click();
    await page.getByRole('heading', { name: '+375290000001 — завершён' }).waitFor();
    await page.reload();
    await page.locator('#events-of option').nth(1).waitFor({ state: 'attached' });
    await page.locator('#events-of').selectOption(tenant.number);
    await page.getByRole('button', { name: 'Ход' }).first().click();
    await page.getByRole('heading', { name: '+375290000001 — завершён' }).waitFor();
    await page.context().close();
  });

  it('is a form to sign in with for whoever comes through a proxy, until the token is given', async () => {
    const context = await browser.newContext({ extraHTTPHeaders: { 'x-forwarded-for': '203.0.113.7' } });
    context.setDefaultTimeout(PATIENCE_MS);
    const page = await context.newPage();
    await page.goto(`${core.url}/status`);
    await page.getByLabel('Токен').fill(`${TOKEN}x`);
    await page.getByRole('button', { name: 'Войти' }).click();
    await page.getByText('Токен не подошёл').waitFor();
    expect((await context.request.get(`${core.url}/status/api/overview`)).status()).toBe(404);
    await page.getByLabel('Токен').fill(TOKEN);
    await page.getByRole('button', { name: 'Войти' }).click();
    await page.getByText('Внимание').waitFor();
    expect(page.url()).toBe(`${core.url}/status`);
    expect(await context.cookies()).toMatchObject([{ httpOnly: true, sameSite: 'Strict', path: '/status' }]);
    expect(JSON.stringify(await context.cookies())).not.toContain(TOKEN);
    await context.close();
  });

  it('forbids the browser whatever is not its own', async () => {
    const { headers } = await fetch(`${core.url}/status`);
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('cache-control')).toBe('no-store');
  });
});

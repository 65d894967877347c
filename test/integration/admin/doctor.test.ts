import { join } from 'node:path';
import { writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { liveFixtures } from '../../fixtures/fixtures.js';
import { post } from '../../harness/host.js';
import { until } from '../../harness/until.js';
import { createSecrets } from '@live-calls/shared/runtime';
import { runAdmin, spawnAdmin } from './runAdmin.js';
import { startSuite, type Suite } from './suite.js';

let suite: Suite;
beforeAll(async () => {
  suite = await startSuite();
});
afterAll(() => suite.end());

const admin = (line: string, more: Record<string, string> = {}) =>
  runAdmin(line.split(' '), { ...suite.variables, ...more });

test('a suite that is well is said to be, with every secret encrypted', async () => {
  expect((await admin('secrets encrypt')).output).toBe('Зашифровано: 6.\n');
  for (const crm of ['retailcrm', 'bitrix24', 'uon', 'ms'])
    await admin(`integration enable --enterprise 0367 --crm ${crm}`);
  const tested = await admin('integration test --enterprise 0367');
  expect(tested.output).not.toContain('✗');
  expect(tested.output).toMatch(/RetailCRM:\n[^]*МойСклад:\n[^]*U-ON:\n[^]*Битрикс24:\n {2}✓/);
  expect(tested.code).toBe(0);

  const { code, output } = await spawnAdmin(['doctor'], suite.variables);
  expect(output).toContain('✓ Всё хорошо.');
  expect(output).toContain('(100000:***), предприятия 0367');
  expect(output).toContain('✓ Секреты: зашифрованы');
  expect(output).not.toMatch(/demo-june|demo-\w+-(key|token|code)|enc:v1/);
  expect(code).toBe(0);
});

test('a call is told in the chats and in the CRMs although their keys are encrypted', async () => {
  const { pool } = suite.database;
  const fixture = liveFixtures.find(
    ({ expected_calls: calls }) => calls?.length === 1 && calls[0]?.direction === 'incoming',
  );
  const events = (fixture?.events ?? []).map((event) => ({
    ...event,
    body: { ...event.body, Token: '375293332255' },
  }));
  await post(events, { core: () => suite.core.url });
  await until('the chats show the end of the call', async () => {
    const { rows } = await pool.query('select from telegram_messages where final_message_id is not null');
    return rows.length >= 2;
  });
  await until('a CRM was told of the call', async () => {
    const { rows } = await pool.query(
      `select from deliveries where target in ('retailcrm', 'bitrix24') and state = 'done'`,
    );
    return rows.length > 0;
  });
  const { rows } = await pool.query<{ text: string }>(
    'select coalesce(string_agg(l::text, $1), $1) as text from integration_logs l',
    [' '],
  );
  expect(rows[0]?.text).not.toMatch(/demo-\w+-(key|token|code)|enc:v1/);
});

test('a subscriber is added who can be written to', async () => {
  const { output } = await admin('subscriber add --enterprise 0367 --chat 1003 --hello');
  expect(output).toContain('написал в этот чат');
  expect((await admin('subscriber remove --enterprise 0367 --chat 1003')).code).toBe(0);
});

test('settings that were sealed are shown masked by the gateway, and put back as they were', async () => {
  const url = `http://127.0.0.1:${suite.variables['INTEGRATION_CACHE_PORT'] ?? ''}/config/0367/uon`;
  const stored = async (): Promise<unknown> =>
    (await suite.database.pool.query<{ uon: unknown }>(`select integrations_config -> 'uon' as uon from enterprises`))
      .rows[0]?.uon;
  const before = await stored();
  const { config } = (await (await fetch(url)).json()) as { config: { api_key: string } };
  expect(config.api_key).toBe('***key');
  const put = await fetch(url, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(config),
  });
  expect(await put.json()).toMatchObject({ config: { api_key: '***key' } });
  expect(await stored()).toEqual(before);
});

test('each fault is named, with what to do', async () => {
  const { pool } = suite.database;
  const foreign = createSecrets('the-key-of-somebody-else');
  await pool.query(
    `insert into enterprises (number, name, name2, bot_token, integrations_config) values
       ('0901', 'lonely', '375290000901', null, '{}'),
       ('0902', 'botless', '375290000902', '', '{}'),
       ('0903', 'wrong bot', '375290000903', 'no-token-of-a-bot', '{}'),
       ('0904', 'foreign key', '375290000904', $1, $2),
       ('0905', 'broken', '375290000905', null, '{"retailcrm": {"enabled": true}}')`,
    [foreign.seal('100000:other'), JSON.stringify({ uon: { enabled: true, api_key: foreign.seal('made-up') } })],
  );
  await pool.query(
    `insert into telegram_users (enterprise_number, tg_id, enabled, disabled_reason) values
       ('0902', 1, true, null), ('0903', 2, true, null), ('0904', 3, true, null), ('0905', 4, false, '403 blocked')`,
  );
  await pool.query(
    `insert into call_events (enterprise_number, unique_id, event_type, event_timestamp, received_at, raw_data,
       processed_at, process_error) values
       ('nobody', '', 'dial', now(), now() - interval '2 minutes', '{}', null, null),
       ('0905', '', 'dial', now() - interval '2 days', now() - interval '2 days', '{}', now(), 'cannot be read')`,
  );
  await pool.query(`insert into unassigned_events (token, event_type, raw_data) values ('375290000999', 'dial', '{}')`);
  await pool.query(
    `insert into deliveries (enterprise_number, target, ordering_key, dedupe_key, payload, state, run_at, last_error, finished_at)
     values ('0905', 'nowhere', 'a', 'a', '{}', 'dead', now(), 'rejected: no', now()),
       ('0905', 'elsewhere', 'b', 'b', '{}', 'pending', now() - interval '10 minutes', null, null)`,
  );
  await pool.query(`delete from migrations where name like '002%'`);
  const { rows } = await pool.query<{ next: string }>(
    `select 'call_events_' || to_char(now() at time zone 'utc' + interval '1 month', 'YYYY_MM') as next`,
  );
  await pool.query(`drop table ${rows[0]?.next ?? ''}`);
  const file = join(suite.logs, 'a-file');
  await writeFile(file, '');

  const { code, output } = await admin('doctor', {
    LOG_DIR: file,
    MOYSKLAD_PORT: '9',
    RETAILCRM_PORT: suite.variables['EMULATOR_PORT'] ?? '',
  });
  expect(code).toBe(1);
  for (const named of [
    '✗ Журналы: в ',
    '✗ Схема базы: не применено: 002_crms.sql',
    `✗ Разделы журнала событий: нет ${rows[0]?.next ?? ''}`,
    '! Часы АТС: предприятие 0367 (june): отстают',
    '✗ Службы и порты: moysklad не отвечает',
    '✗ Службы и порты: retailcrm: порт занят другой программой',
    '✗ Боты: ***, предприятия 0903: 4',
    '✗ Боты: токен бота не читается: предприятия 0904',
    '✗ Подписчики: предприятие 0902 (botless): подписчики есть, бота нет',
    '! Подписчики: предприятие 0901 (lonely): подписчиков нет',
    '! Подписчики: предприятие 0905 (broken): чат 4 выключен (403 blocked)',
    '! Молчащие предприятия: предприятие 0905 (broken)',
    '✗ Обработка событий: не обработано: 1',
    '! Обработка событий: предприятие 0905: 1 не удалось обработать (cannot be read)',
    '! Неизвестные токены: 375290000999: 1',
    '✗ Доставки: nowhere: не доставлено 1',
    '✗ Доставки: elsewhere: застряло 1',
    '✗ Настройки CRM: предприятие 0905 (broken): раздел «retailcrm» не читается: domain: domain is missing',
    '✗ Подключения к CRM: предприятие 0904 (foreign key), U-ON',
    '✗ Секреты: не читаются: предприятие 0904 (foreign key): токен бота, предприятие 0904 (foreign key): uon.api_key',
    '! Секреты: открытым текстом: предприятие 0903 (wrong bot): токен бота',
  ])
    expect(output).toContain(named);
  expect(output).toContain('SECRETS_KEY');
  expect(output).toMatch(/✗ Плохо: \d+; стоит посмотреть: \d+\.\n$/);
  expect(output).not.toMatch(/enc:v1|demo-june/);
});

test('without a database the rest is checked all the same', async () => {
  const away = { ...suite.variables, DATABASE_URL: 'postgres://a:b@127.0.0.1:9/c' };
  const { code, output } = await runAdmin(['doctor', '--json'], away);
  const { ok, checks } = JSON.parse(output) as {
    ok: boolean;
    checks: { name: string; level: string; detail: string }[];
  };
  expect(ok).toBe(false);
  expect(checks).toContainEqual(expect.objectContaining({ name: 'Службы и порты', detail: 'core работает' }));
  expect(checks.at(-1)).toMatchObject({ name: 'База данных', level: 'bad' });
  expect(code).toBe(1);
});

test('a key that is not set is warned of', async () => {
  const variables = Object.fromEntries(Object.entries(suite.variables).filter(([name]) => name !== 'SECRETS_KEY'));
  const { output } = await runAdmin(['doctor'], variables);
  expect(output).toContain('! Ключ шифрования: SECRETS_KEY не задан');
  expect(output).toContain('✗ Боты: токен бота не читается: предприятия 0367');
});

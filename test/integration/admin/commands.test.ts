import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createSecrets } from '@live-calls/shared/runtime';
import { createTestDatabase, type TestDatabase } from '../../harness/database.js';
import { until } from '../../harness/until.js';
import { runAdmin, spawnAdmin, type Ran } from './runAdmin.js';

const KEY = 'a-made-up-key-of-a-test';
const secrets = createSecrets(KEY);
const TOKEN = '100000:made-up_token';

let database: TestDatabase;
let directory: string;
beforeAll(async () => {
  database = await createTestDatabase();
  directory = await mkdtemp(join(tmpdir(), 'admin-'));
});
afterAll(async () => {
  await database.drop();
  await rm(directory, { recursive: true });
});
beforeEach(async () => {
  await database.pool.query('truncate enterprises, deliveries, crm_destinations, unassigned_events cascade');
  await database.pool.query(`insert into enterprises (number, name, name2) values ('0367', 'june', '375290000367')`);
});

const admin = (line: string, { typed, ...variables }: Record<string, string> = {}): Promise<Ran> =>
  runAdmin(
    line.split(' ').map((word) => word.replaceAll('~', ' ').replace('EMPTY', '')),
    { DATABASE_URL: database.url, SECRETS_KEY: KEY, TELEGRAM_API_ROOT: 'http://127.0.0.1:9', ...variables },
    { typed: typed ?? '' },
  );
const rowOf = async (sql: string): Promise<Record<string, unknown> | undefined> =>
  (await database.pool.query<Record<string, unknown>>(sql)).rows[0];

describe('an enterprise', () => {
  test('is added with its bot encrypted, and told to services at once', async () => {
    await database.pool.query(
      `insert into unassigned_events (token, event_type, raw_data) values ('375290000400', 'start', '{}')`,
    );
    const listener = await database.pool.connect();
    const told: unknown[] = [];
    listener.on('notification', ({ payload }) => told.push(payload));
    await listener.query('listen config_changed');
    const added = await admin(
      'enterprise add --number 0400 --name Новая~компания --token 375290000400 --bot-token - --timezone Europe/Moscow --country ru --test',
      { typed: `${TOKEN}\n` },
    );
    expect(added).toMatchObject({ code: 0, output: expect.stringContaining('уже приходили события: 1') as string });
    expect(added.output).not.toContain('made-up');
    await until('it is told', () => Promise.resolve(told.includes('enterprises')));
    await listener.query('unlisten *');
    listener.release();
    expect(await rowOf(`select * from enterprises where number = '0400'`)).toMatchObject({
      ...{ name: 'Новая компания', name2: '375290000400', timezone: 'Europe/Moscow', country: 'RU', is_test: true },
      bot_token: secrets.seal(TOKEN),
    });
  });

  test('is edited, switched off and on, and listed', async () => {
    expect(
      (await admin('enterprise edit --enterprise june --recordings-url https://h.example/{unique_id}.wav --no-test'))
        .code,
    ).toBe(0);
    expect(await rowOf('select recordings_url from enterprises')).toEqual({
      recordings_url: 'https://h.example/{unique_id}.wav',
    });
    await admin('enterprise edit --enterprise 0367 --recordings-url EMPTY');
    expect(await rowOf('select recordings_url from enterprises')).toEqual({ recordings_url: null });
    expect((await admin('enterprise disable --enterprise 375290000367')).output).toContain('выключено');
    const listed = await admin('enterprise list --json');
    expect(JSON.parse(listed.output)).toMatchObject([{ number: '0367', name: 'june', active: false, subscribers: 0 }]);
    expect((await admin('enterprise enable --enterprise 0367')).code).toBe(0);
    expect((await admin('enterprise list')).output).toMatch(/0367 +june +да +0 +— +—/);
  });

  test.each([
    ['enterprise add --number 0367 --name other --token 375290000999', 1, 'с таким номером уже есть'],
    ['enterprise add --number 0500 --name june --token 375290000999', 1, 'с таким названием уже есть'],
    ['enterprise add --number 0500 --name other --token 375290000367', 1, 'Такой токен АТС уже у другого'],
    ['enterprise add --number 0500 --name other --token 375290000999 --timezone Mars/Base', 1, 'Часовой пояс'],
    ['enterprise add --number 0500 --name other --token 375290000999 --country XX', 1, 'Страна'],
    ['enterprise add --number 0500 --name other --token 375290000999 --bot-token secret-text', 1, '@BotFather'],
    ['enterprise add --number 0500 --name other', 2, 'не указано --token'],
    ['enterprise edit --enterprise 0367', 2, 'не указано, что изменить'],
    ['enterprise edit --enterprise 9999 --name x', 1, 'Предприятия 9999 нет'],
    ['enterprise destroy', 2, 'команды «enterprise destroy» нет'],
    ['enterprise list --nothing', 2, '--nothing'],
  ])('%s is refused', async (line, code, why) => {
    const refused = await admin(line);
    expect(refused.output).toContain(why);
    expect(refused.output).not.toContain('secret-text');
    expect(refused.code).toBe(code);
    expect(await rowOf('select count(*) from enterprises')).toEqual({ count: 1 });
  });
});

describe('people and lines of an enterprise', () => {
  test('managers are added, changed and removed', async () => {
    await admin(
      'manager add --enterprise 0367 --extension 150 --last-name Петров --first-name Пётр --mobile 80290000150 --follow-me 300',
    );
    expect(JSON.parse((await admin('manager list --enterprise 0367 --json')).output)).toEqual([
      {
        ...{ extension: '150', last_name: 'Петров', first_name: 'Пётр', middle_name: '' },
        ...{ personal_phone: '+375290000150', follow_me_number: '300', follow_me_enabled: true },
      },
    ]);
    expect((await admin('manager add --enterprise 0367 --extension 150')).output).toContain('уже занят');
    await admin('manager edit --enterprise 0367 --extension 150 --last-name Иванов --no-follow-me-on');
    expect(await rowOf('select last_name, first_name, follow_me_enabled from users')).toEqual({
      ...{ last_name: 'Иванов', first_name: 'Пётр', follow_me_enabled: false },
    });
    expect((await admin('manager edit --enterprise 0367 --extension 160 --last-name X')).code).toBe(1);
    expect((await admin('manager add --enterprise 0367 --extension 15')).output).toContain('3 или 4 цифры');
    await admin('manager remove --enterprise 0367 --extension 150');
    expect(await rowOf('select count(*) from users')).toEqual({ count: 0 });
  });

  test('lines are added, changed and removed', async () => {
    await admin('line add --enterprise 0367 --id 0001363 --name Главный~офис --operator A1 --transform +375{9}');
    expect(await rowOf('select line_id, name, operator, phone, incoming_transform from lines')).toEqual({
      ...{ line_id: '0001363', name: 'Главный офис', operator: 'A1', phone: null, incoming_transform: '+375{9}' },
    });
    await admin('line edit --enterprise 0367 --id 0001363 --operator EMPTY --phone 80290000001');
    expect(await rowOf('select operator, phone from lines')).toEqual({ operator: null, phone: '+375290000001' });
    expect((await admin('line list --enterprise 0367')).output).toContain('Главный офис');
    expect((await admin('line edit --enterprise 0367 --id 7 --operator X')).code).toBe(1);
    expect((await admin('line remove --enterprise 0367 --id 0001363')).code).toBe(0);
  });

  test('a chat is subscribed although nobody can be asked whether the bot may write there', async () => {
    const added = await admin('subscriber add --enterprise 0367 --chat -100200300 --bot-token -', { typed: TOKEN });
    expect(added.output).toContain('Чат -100200300 подписан');
    expect(added.output).toContain('100000:***: Telegram не отвечает');
    expect(added).toMatchObject({ code: 0 });
    expect(await rowOf('select tg_id, bot_token from telegram_users')).toEqual({
      ...{ tg_id: -100200300, bot_token: secrets.seal(TOKEN) },
    });
    await database.pool.query(`update telegram_users set enabled = false, disabled_reason = 'blocked'`);
    expect((await admin('subscriber list --enterprise 0367')).output).toMatch(
      /-100200300 +100000:\*\*\* +нет +blocked/,
    );
    await admin('subscriber add --enterprise 0367 --chat -100200300 --bot-token -', { typed: TOKEN });
    expect(await rowOf('select enabled, disabled_reason from telegram_users')).toEqual({
      ...{ enabled: true, disabled_reason: null },
    });
    expect((await admin('subscriber remove --enterprise 0367 --chat=-100200300')).code).toBe(0);
    expect((await admin('subscriber remove --enterprise 0367 --chat=-100200300')).code).toBe(1);
    expect((await admin('subscriber add --enterprise 0367 --chat june')).output).toContain('Чат: число');
  });
});

describe('the settings of a CRM', () => {
  const config = async (): Promise<Record<string, unknown>> =>
    ((await rowOf('select integrations_config from enterprises'))?.['integrations_config'] ?? {}) as Record<
      string,
      unknown
    >;

  test('are set piece by piece: what is not named stays, the key is encrypted', async () => {
    const set = 'integration set --enterprise 0367 --crm retailcrm';
    expect((await admin(`${set} domain=demo.retailcrm.example user_extensions.11=150`)).output).toContain('api_key');
    expect(await config()).toEqual({});
    await admin(`${set} domain=demo.retailcrm.example api_key=- user_extensions={"11":"150"}`, {
      typed: 'made-up-key-012345',
    });
    await admin(`${set} user_extensions.12=151 site=demo`);
    expect(await config()).toEqual({
      retailcrm: {
        ...{ domain: 'demo.retailcrm.example', api_key: secrets.seal('made-up-key-012345'), site: 'demo' },
        user_extensions: { '11': '150', '12': '151' },
      },
    });
    const file = join(directory, 'config.json');
    await writeFile(file, JSON.stringify({ default_user_id: 11, api_key: '***345' }));
    await runAdmin([...set.split(' '), '--file', file], { DATABASE_URL: database.url, SECRETS_KEY: KEY });
    expect(await config()).toMatchObject({
      retailcrm: { default_user_id: 11, api_key: secrets.seal('made-up-key-012345'), user_extensions: { '12': '151' } },
    });
    const shown = await admin('integration show --enterprise 0367');
    expect(shown.output).toContain('***345');
    expect(shown.output).not.toMatch(/made-up-key|enc:v1/);
  });

  test('are switched on, and what had died of them goes out again', async () => {
    await database.pool.query(
      `update enterprises set integrations_config = '{"uon": {"api_key": "made-up", "user_extensions": {"21": "150"}}}'`,
    );
    await database.pool.query(
      `insert into deliveries (enterprise_number, target, ordering_key, dedupe_key, payload, state, last_error, finished_at)
       values ('0367', 'uon', 'uon:1', 'uon:1', '{}', 'dead', 'configuration: switched off', now())`,
    );
    expect((await admin('integration enable --enterprise 0367 --crm uon')).output).toContain('уйдут ещё раз: 1');
    expect(await rowOf('select state from deliveries')).toEqual({ state: 'pending' });
    expect(await config()).toMatchObject({ uon: { enabled: true, user_extensions: { '21': '150' } } });
    await admin('integration primary --enterprise 0367 --crm uon');
    await admin('integration disable --enterprise 0367 --crm uon');
    expect(await config()).toMatchObject({ uon: { enabled: false }, smart: { primary: 'uon' } });
    expect((await admin('integration enable --enterprise 0367 --crm ms')).output).toContain('Настроек МойСклад нет');
    expect((await admin('integration test --enterprise 0367', { UON_PORT: '9' })).output).toMatch(
      /U-ON:\n {2}✗ .*не отвечает/,
    );
  });
});

describe('secrets', () => {
  test('in plain text are encrypted, others with a new key, all or none', async () => {
    await database.pool.query(`update enterprises set bot_token = $1, integrations_config = $2`, [
      TOKEN,
      JSON.stringify({
        retailcrm: JSON.stringify({ domain: 'd.example', api_key: 'made-up-key-1' }),
        uon: { api_key: 'made-up-key-2' },
      }),
    ]);
    await database.pool.query(
      `insert into telegram_users (enterprise_number, tg_id, bot_token) values ('0367', 1, $1)`,
      [TOKEN],
    );
    expect(await admin('secrets encrypt')).toEqual({ code: 0, output: 'Зашифровано: 4.\n' });
    expect((await admin('secrets encrypt')).output).toContain('ничего не хранится');
    expect(
      await rowOf('select e.bot_token, s.bot_token = e.bot_token as same from enterprises e, telegram_users s'),
    ).toEqual({
      ...{ bot_token: secrets.seal(TOKEN), same: true },
    });

    const NEW = 'a-new-made-up-key-of-a-test';
    const rotate = 'secrets rotate --old-key-env OLD'.split(' ');
    const wrong = await spawnAdmin(rotate, {
      DATABASE_URL: database.url,
      SECRETS_KEY: NEW,
      OLD: 'a-wrong-key-of-a-test',
    });
    expect(wrong.code).toBe(1);
    expect(wrong.output).toContain('предприятие 0367 (june): retailcrm.api_key');
    expect(await rowOf('select bot_token from enterprises')).toEqual({ bot_token: secrets.seal(TOKEN) });
    const right = await spawnAdmin(rotate, { DATABASE_URL: database.url, SECRETS_KEY: NEW, OLD: KEY });
    expect(right.output).toContain('Перешифровано: 4');
    const { uon, retailcrm } = (await rowOf('select integrations_config as c from enterprises'))?.['c'] as Record<
      string,
      Record<string, string>
    >;
    const renewed = createSecrets(NEW);
    expect(renewed.open(uon?.['api_key'] ?? '')).toBe('made-up-key-2');
    expect(renewed.open(retailcrm?.['api_key'] ?? '')).toBe('made-up-key-1');
  });

  test('are read from the standard input of the command', async () => {
    const words = ['enterprise', 'edit', '--enterprise', '0367', '--bot-token', '-', '--json'];
    const variables = { DATABASE_URL: database.url, SECRETS_KEY: KEY };
    const { code, output } = await spawnAdmin(words, variables, { typed: `${TOKEN}\n` });
    expect(JSON.parse(output)).toEqual({ number: '0367', changed: ['bot_token'] });
    expect(code).toBe(0);
    expect(await rowOf('select bot_token from enterprises')).toEqual({ bot_token: secrets.seal(TOKEN) });
    expect(await spawnAdmin(words, variables)).toMatchObject({
      code: 1,
      output: expect.stringContaining('пусто') as string,
    });
  });

  test('need a key', async () => {
    const { code, output } = await runAdmin(['secrets', 'encrypt'], { DATABASE_URL: database.url });
    expect(output).toContain('SECRETS_KEY не задан');
    expect(code).toBe(1);
  });
});

test('a database that is away is told, with what to do', async () => {
  const { code, output } = await spawnAdmin(['enterprise', 'list'], { DATABASE_URL: 'postgres://a:b@127.0.0.1:9/c' });
  expect(output).toContain('База данных недоступна (ECONNREFUSED)');
  expect(code).toBe(1);
});

test('the commands are explained', async () => {
  const { code, output } = await spawnAdmin(['--help'], {});
  expect(output).toContain('npm run admin -- integration set');
  expect(code).toBe(0);
});

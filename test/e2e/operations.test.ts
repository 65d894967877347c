import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPool, migrate } from '@live-calls/shared/db';
import { liveFixtures } from '../fixtures/fixtures.js';
import { commandsOf, type DocumentedCommand } from '../harness/documentedCommands.js';
import { install, type Installation } from '../harness/installation.js';
import { until } from '../harness/until.js';
import { loggedAt, writeHostLog } from '../integration/recovery/hostLogFile.js';

const GUIDE = readFileSync(new URL('../../docs/operations.md', import.meta.url), 'utf8');
const COMMANDS = commandsOf(GUIDE);
const NUMBER = '0421';
const TOKEN = '375290000421';

let place: Installation;
let exports = '';
beforeAll(async () => {
  place = await install();
  writeFileSync(join(place.directory, 'bot-token.txt'), '100000:demo-may\n');
  writeFileSync(join(place.directory, 'api-key.txt'), 'demo-retailcrm-key\n');
});
afterAll(() => place.remove());

let followed = 0;

/** Runs the next commands of docs/operations.md. @param wanted a piece of what each prints, in their order */
async function follow(title: string, wanted: readonly RegExp[]): Promise<void> {
  expect(titleOf(COMMANDS[followed])).toBe(title);
  for (const output of wanted) {
    const { text } = COMMANDS[followed] ?? { text: 'false' };
    followed += 1;
    if (text.startsWith('export ')) exports += `${place.here(text)}; `;
    // The dependencies are here already; npm ci is what every change is checked with.
    const ran = await place.run(exports + place.here(text).replace('npm ci && ', ''));
    expect(ran.output, text).toMatch(output);
    expect(ran.code, text).toBe(0);
  }
}

const titleOf = (command: DocumentedCommand | undefined): string =>
  GUIDE.slice(0, GUIDE.indexOf(command?.text ?? '\0'))
    .match(/^##+ .*$/gm)
    ?.at(-1) ?? '';

const HEALTHS = ['8000', '8019', '8020', '8022', '8023', '8024', '8025']
  .map((port) => `curl -s http://127.0.0.1:${port}/health`)
  .join('; ');

const sql = (statement: string): Promise<string> => place.must(`npm run --silent sql -- "${statement}"`);

describe('docs/operations.md, from an empty directory on', () => {
  it('installs and starts everything under the pm2 of its user', async () => {
    await follow('## Установка', [/^/]);
    await follow('### Запуск', [/\[PM2\] App \[core\] launched/, /Successfully saved in/]);
    await until('everything is healthy', async () => {
      const { output } = await place.run(place.here(HEALTHS));
      return (output.match(/"status":"ok"/g) ?? []).length === 7;
    });
  });

  it('adds an enterprise, a subscriber and a CRM, and watches a call', async () => {
    await follow('## Предприятие, подписчик, CRM', [
      /0421/,
      /0421/,
      /0001377/,
      /150/,
      /2001/,
      /retailcrm/i,
      /retailcrm/i,
      /retailcrm/i,
      /retailcrm/i,
      /0421/,
      /✓ Всё как должно быть\./,
      /0421/,
    ]);
  });

  it('takes what was lost back from a backup', async () => {
    const calls = await sql('select * from calls order by uuid');
    const events = await sql('select * from call_events order by id');
    await follow('## Копия и восстановление', [/Сохранено: copies\/live-calls\.gz/]);
    const restore = COMMANDS[followed + 1]?.text ?? '';
    await sql(`delete from enterprises where number = '${NUMBER}'; delete from calls; delete from call_events`);
    expect((await place.run(restore)).output).toMatch(/С базой работают: .*core.*Остановите сервисы/);

    await follow('## Копия и восстановление', [/│ core .* stopped /]);
    expect((await place.run(restore.replace(' --replace', ''))).output).toContain('База не пустая');
    await place.must('head -c 3000 copies/live-calls.gz > copies/half.gz');
    expect((await place.run(restore.replace('live-calls.gz', 'half.gz'))).output).toContain('ничего не изменилось');
    expect(await sql('select count(*) from calls')).toMatch(/^0$/m);

    await follow('## Копия и восстановление', [/Восстановлено строк: \d+/, /\[core\]\(\d+\) ✓/]);
    expect(await sql('select * from calls order by uuid')).toBe(calls);
    expect(await sql('select * from call_events order by id')).toBe(events);
    const { output } = await place.run(`npm run --silent emulate -- 2-1 --enterprise 0367 --pace once`);
    expect(output).toContain('✓ Всё как должно быть.');
    await follow('## Обновление', [/Сохранено: copies\/before-update\.gz/]);
  });

  it('recovers the file of a host, and retries what is dead', async () => {
    const lost = liveFixtures.find(({ name }) => name === 'outgoing_answered')?.events ?? [];
    const events = lost.map((event) => ({ ...event, body: { ...event.body, Token: TOKEN } }));
    const file = join(place.directory, 'Listen_AMI_2025-10-01.db');
    await writeHostLog(file, loggedAt(new Date('2025-10-01T09:00:00Z'), events));
    const dead = `update deliveries set state = 'dead', last_error = 'rejected: for once', finished_at = now()
      where target = 'retailcrm' and enterprise_number = '${NUMBER}'`;
    await sql(dead);
    await follow('## Потерянное и застрявшее', [/ИТОГ: всё восстановлено\./, /rejected: for once/, /\d/]);
    await until('it is delivered', async () =>
      /^0$/m.test(await sql(`select count(*) from deliveries where target = 'retailcrm' and state <> 'done'`)),
    );
    expect(await sql(`select data_source from calls where enterprise_number = '${NUMBER}'`)).toMatch(/^recovery$/m);
  });

  it('moves enterprises, subscribers and history over from another database', async () => {
    const server = await place.must('cat .data/postgres-password');
    const url = place.here(`postgres://postgres:${server.trim()}@127.0.0.1:8032/old`);
    await sql(`create role reader login password 'password'`);
    await sql('create database old');
    const old = createPool(url, { name: 'old system', maxConnections: 1 });
    await migrate(old);
    await old.query(
      `insert into enterprises (number, name, name2, bot_token) values ('0999', 'old', '375290000999', '100000:old-bot')`,
    );
    await old.query(`insert into telegram_users (enterprise_number, tg_id) values ('0999', 3001)`);
    await old.query(
      `insert into calls (enterprise_number, uuid, unique_id, phone, call_type, call_status, date_received, date_end,
         duration, wait_seconds)
       select '0999', gen_random_uuid(), 'old.' || n, '+375290000001', 0, 2, now() - interval '1 year', now() - interval '1 year', 60, 5
       from generate_series(1, 2500) as n`,
    );
    await old.query('grant select on all tables in schema public to reader');
    await old.end();
    const added = (count: number): RegExp => new RegExp(`Прочитано строк: ${count}, добавлено: ${count}, уже были: 0`);
    await follow('## Перенос из прежней системы', [
      /^$/,
      /^$/,
      /^$/,
      /^$/,
      added(1),
      added(1),
      added(2500),
      /./,
      /0999/,
    ]);
    expect(await place.must('npm run --silent sql -- --into calls < calls.ndjson')).toContain(
      'добавлено: 0, уже были: 2500',
    );
    expect(await sql(`select bot_token from enterprises where number = '0999'`)).toMatch(/^enc:v1:/m);
    expect(followed, 'commands of the guide').toBe(COMMANDS.length);
    expect((await place.run('npm run --silent sql -- --into lines', { input: '[1]\n' })).output).toContain('Строка 1');
  });
});

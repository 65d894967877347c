import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { liveFixtures, type FixtureEvent } from '../../fixtures/fixtures.js';
import { post } from '../../harness/host.js';
import { callsOf, chatOf, untilCaughtUp } from '../../harness/outcome.js';
import type { Service } from '../../harness/processes.js';
import { createStage, type Stage } from '../../harness/stage.js';
import { addTenant, ofTenant, type TestTenant } from '../../harness/tenant.js';
import { until } from '../../harness/until.js';
import { comparable } from '../../unit/calls/folded.js';
import { run, type Ran } from './command.js';
import { loggedAt, strangers, writeHostLog, type LoggedRow } from './hostLogFile.js';

const SCRIPT = fileURLToPath(new URL('../../../docs/host/recover.py', import.meta.url));
const COMMAND = fileURLToPath(new URL('../../../services/core/dist/recovery/main.js', import.meta.url));
const DAY = 'Listen_AMI_2025-10-01.db';
const { events, expected_calls } = liveFixtures.find(({ name }) => name === 'incoming_blind_transfer_answered') ?? {};

let stage: Stage;
let core: Service;
let tenant: TestTenant;
let directory: string;
beforeAll(async () => {
  stage = await createStage();
  core = await stage.startCore();
});
beforeEach(async () => {
  tenant = await addTenant(stage.database.pool);
  directory = await mkdtemp(join(tmpdir(), 'host-'));
  await writeFile(join(directory, 'token'), `${tenant.token}\n`);
  return () => rm(directory, { recursive: true });
});
afterAll(() => stage.end());

const own = (some: FixtureEvent[] = events ?? []): FixtureEvent[] => ofTenant(tenant, some);
const logged = (some = own()): LoggedRow[] => loggedAt(new Date(Date.now() - 3_600_000), some);

/** The script as cron starts it. */
const script = (...more: string[]): Promise<Ran> => {
  const files = ['--directory', directory, '--token-file', join(directory, 'token')];
  return run('python3', [SCRIPT, '--url', core.url, '--enterprise', tenant.number, ...files, ...more]);
};

const command = (...words: string[]): Promise<Ran> =>
  run(process.execPath, [COMMAND, '--enterprise', tenant.number, ...words], { DATABASE_URL: stage.database.url });

async function expectCallTold(): Promise<void> {
  await untilCaughtUp(stage.database.pool);
  expect(comparable(await callsOf(stage.database.pool, tenant))).toEqual(comparable(expected_calls ?? []));
  for (const chat of tenant.chats) {
    const { messages } = await chatOf(stage.emulator.url, chat);
    expect(messages.map(({ text }) => text.slice(0, 4))).toEqual(['✅🔄 ']);
  }
}

describe("the host's script", () => {
  it('pushes a day that was lost; again it has nothing to do, and only new rows are sent', async () => {
    const rows = logged();
    await writeHostLog(join(directory, DAY), rows.slice(0, 5));
    const first = await script();
    expect(first).toMatchObject({ code: 0 });
    expect(first.output).toContain('Не хватало: 5 — восстановлены');
    expect(await script()).toEqual({ code: 0, output: '' });
    await writeHostLog(join(directory, DAY), rows);
    const second = await script();
    expect(second.output).toContain(`Не хватало: ${rows.length - 5} — восстановлены`);
    expect(second.output).toMatch(/Уже были в базе: 0|Уже были в базе: [1-4]\b/);
    await expectCallTold();
    await rm(join(directory, 'recover.state'));
    expect((await script()).output).toContain('ИТОГ: все события на месте');
    await expectCallTold();
  });

  it('completes a call of which the live part is in the chats: its open message goes', async () => {
    const [first, rest] = [own().slice(0, 6), own().slice(6)];
    await post(first, { core: () => core.url });
    await untilCaughtUp(stage.database.pool);
    const rows = [...loggedAt(new Date(), first, '<Response [200]>'), ...loggedAt(new Date(), rest, 'Timeout')];
    await writeHostLog(join(directory, DAY), rows);
    const { code, output } = await script();
    expect(code).toBe(0);
    expect(output).toContain(`Уже были в базе: ${first.length}`);
    await expectCallTold();
  });

  it('only asks in a dry run', async () => {
    await writeHostLog(join(directory, DAY), logged());
    const { code, output } = await script('--dry-run');
    expect({ code, output }).toMatchObject({
      code: 0,
      output: expect.stringContaining('запустите без --dry-run') as string,
    });
    expect(await readdir(directory)).not.toContain('recover.state');
    expect(await callsOf(stage.database.pool, tenant)).toEqual([]);
  });

  it('says what is wrong: the token, the core, the file', async () => {
    await writeHostLog(join(directory, DAY), logged());
    await writeFile(join(directory, 'token'), '375290000000');
    expect(await script()).toMatchObject({ code: 1, output: expect.stringContaining('Ядро отказало (401)') as string });
    await writeFile(join(directory, 'token'), tenant.token);
    const whole = await readFile(join(directory, DAY));
    await writeFile(join(directory, DAY), whole.subarray(0, 100));
    const damaged = await script();
    expect(damaged.code).toBe(1);
    expect(damaged.output).toContain(DAY);
  });
});

describe('npm run recover', () => {
  it('recovers files over midnight, tells what it did, and tells a running core', async () => {
    const rows = logged();
    const files = ['Listen_AMI_2025-09-30.db', 'Listen_AMI_2025-10-01.db'].map((name) => join(directory, name));
    await writeHostLog(files[0] ?? '', rows.slice(0, 7));
    await writeHostLog(files[1] ?? '', rows.slice(7));
    const named = files.flatMap((file) => ['--file', file]);
    const dry = await command(...named, '--dry-run');
    expect(dry).toMatchObject({ code: 0 });
    expect(dry.output).toContain('ничего не записано');
    expect(await callsOf(stage.database.pool, tenant)).toEqual([]);
    const { code, output } = await command(...named);
    expect(code).toBe(0);
    expect(output).toContain(`Не хватало: ${rows.length} — восстановлены`);
    expect(output).toContain('ИТОГ: всё восстановлено.');
    await expectCallTold();
    expect((await command(...named)).output).toContain('ИТОГ: все события на месте');
  });

  it('killed in the middle and run again, it has stored everything once', async () => {
    const rows = strangers(tenant.token, 6_000);
    await writeHostLog(join(directory, DAY), rows);
    const stored = async (): Promise<number> => {
      const { rows: counted } = await stage.database.pool.query<{ count: number }>(
        'select count(*)::int as count from call_events where enterprise_number = $1',
        [tenant.number],
      );
      return counted[0]?.count ?? 0;
    };
    // Each batch takes a while, so that there is a middle.
    const { pool } = stage.database;
    await pool.query(
      `create function rest() returns trigger language plpgsql as 'begin perform pg_sleep(0.3); return null; end'`,
    );
    await pool.query('create trigger slow after insert on call_events for each statement execute function rest()');
    const words = ['--enterprise', tenant.number, '--file', join(directory, DAY)];
    const killed = spawn(process.execPath, [COMMAND, ...words], { env: { DATABASE_URL: stage.database.url } });
    await until('a part is stored', async () => (await stored()) > 0);
    killed.kill('SIGKILL');
    await once(killed, 'exit');
    await pool.query('drop function rest cascade');
    const part = await stored();
    expect(part).toBeLessThan(rows.length);
    const { code, output } = await command('--file', join(directory, DAY));
    expect(code).toBe(0);
    expect(output).toContain(`Уже были в базе: ${part} `);
    expect(await stored()).toBe(rows.length);
  });

  it('ends with 1 and says why when not everything could be read', async () => {
    await writeHostLog(join(directory, DAY), logged());
    const missing = await command('--file', join(directory, DAY), '--file', join(directory, 'nowhere.db'));
    expect(missing.code).toBe(1);
    expect(missing.output).toContain('nowhere.db: такого файла нет');
    expect(missing.output).toContain('восстановлены');
    await expectCallTold();
  });

  it('explains how it is called', async () => {
    expect(await command()).toMatchObject({ code: 1, output: expect.stringContaining('не указан --file') as string });
    const unknown = await run(process.execPath, [COMMAND, '--enterprise', '9999', '--file', 'x.db'], {
      DATABASE_URL: stage.database.url,
    });
    expect(unknown).toMatchObject({ code: 1, output: expect.stringContaining('Предприятия 9999 нет') as string });
  });
});

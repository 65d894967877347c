import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort } from '../harness/freePort.js';
import { runCommand } from '../integration/emulatorCommand.js';
import { createRunsStage, type RunsStage } from '../integration/emulatorRunsStage.js';

let stage: RunsStage;
let number: string;
let chat: number;
beforeAll(async () => {
  stage = await createRunsStage();
  const tenants = [await stage.addTestTenant(), await stage.addTestTenant(), await stage.addTestTenant()];
  number = tenants[0]?.number ?? '';
  chat = tenants[0]?.chats[0] ?? 0;
});
afterAll(() => stage.end());

/** @returns with how long it took, in ms */
async function timed(words: string[]): Promise<[Awaited<ReturnType<typeof runCommand>>, number]> {
  const begun = performance.now();
  const ran = await runCommand(stage, words);
  return [ran, performance.now() - begun];
}

describe('npm run emulate', () => {
  test('plays a scenario, tells what happens, and is content', async () => {
    const words = ['2-1', '--enterprise', number, '--pace', 'once', '--fault', 'twice'];
    const fields = ['--field', 'client=+375290000001', '--field', 'group=150,152', '--field', 'answered=152'];
    const { code, output } = await runCommand(stage, [...words, ...fields]);
    expect(output).toContain('client=+375290000001');
    expect(output.match(/hangup .* ✓ 200 за/g)).toHaveLength(2);
    expect(output).toContain('входящий +375290000001, отвечен, говорили: 152; звонили телефоны: 150, 152');
    expect(output).toContain('✓ Всё как должно быть.');
    expect(code).toBe(0);
  });

  test('asks for each step when it goes by steps', async () => {
    const words = ['1-11', '--enterprise', number, '--pace', 'steps'];
    const { code, output } = await runCommand(stage, words, { typed: '\n' });
    expect(output).toContain('Нажмите Enter');
    expect(output).toContain('✓ Всё как должно быть.');
    expect(code).toBe(0);
  });

  test('ends with 1 and says what is wrong when it comes out otherwise', async () => {
    await stage.post('/api/sandbox/faults', { target: 'telegram', mode: '403', chat_id: chat });
    const { code, output } = await runCommand(stage, ['1-10', '--enterprise', number, '--pace', 'once']);
    expect(output).toContain('✗ Вышло не то, что должно:');
    expect(output).toContain(`— Чат ${String(chat)}: подписка отключена`);
    expect(code).toBe(1);
  });

  test('lists what can be played', async () => {
    const { code, output } = await runCommand(stage, ['--list']);
    expect(output).toMatch(/2-30 +FollowMe/);
    expect(output).toContain('hangup-lost');
    expect(code).toBe(0);
  });

  test('says what to do when the emulator is not there', async () => {
    const { code, output } = await runCommand({ emulator: { url: `http://127.0.0.1:${await freePort()}` } }, ['2-1']);
    expect(output).toMatch(/^Эмулятор не отвечает по адресу .*npm start/);
    expect(code).toBe(1);
  });

  test.each([
    [['9-9'], 'сценария 9-9 нет'],
    [['2-1', '--enterprise', 'no'], 'предприятия no нет'],
    [['2-1', '--field', 'client=1'], 'client: нужен номер с +'],
    [['2-1', '--field', 'client'], 'нужно <поле>=<значение>'],
    [['2-1', '3-1'], 'лишнее: 3-1'],
    [['--nothing'], '--nothing'],
  ])('refuses %j and says why', async (words, why) => {
    const { code, output } = await runCommand(stage, words);
    expect(output).toContain(why);
    expect(code).toBe(1);
  });

  test('every scenario comes out as it must, within two minutes', async () => {
    await stage.database.pool.query('update telegram_users set enabled = true');
    const [{ code, output }, tookMs] = await timed(['--all']);
    expect(output).toContain('✓ Как должно быть: 45 из 45 прогонов');
    expect(code).toBe(0);
    // A busy machine takes as long for each of them as it does.
    if (tookMs > 120_000) expect(tookMs).toBeLessThan(45 * (await timed(['2-1', '--pace', 'once']))[1]);
  });
});

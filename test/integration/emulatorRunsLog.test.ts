import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { until } from '../harness/until.js';
import { createRunsStage, type RunsStage } from './emulatorRunsStage.js';

const run = promisify(execFile);

let stage: RunsStage;
let events: number;
beforeAll(async () => {
  stage = await createRunsStage();
  const { number } = await stage.addTestTenant();
  events = (await stage.play({ enterprise: number, scenario: '2-1', pace: 'once' })).timeline.length;
  await untilLogged(events);
});
afterAll(() => stage.end());

/** As people do it. */
const shell = async (command: string): Promise<string> => {
  const { stdout } = await run('sh', ['-c', command.replaceAll('LOG', stage.logFile)]);
  return stdout;
};
const countOf = async (marker: string): Promise<number> => Number(await shell(`grep -c "${marker}" LOG || true`));
const untilLogged = (count: number): Promise<void> =>
  until(`${count} answers are logged`, async () => (await countOf('📥 EMULATION RESPONSE')) === count);

test('an event is a request and its answer, each line with its time', async () => {
  const block = (await shell('grep -A 7 "🚀 EMULATION" LOG | head -8')).trimEnd().split('\n');
  const markers = [
    `🚀 EMULATION REQUEST to ${stage.core.url}/start`,
    '📤 Event Type: start',
    '📋 Request Headers: {',
    '📊 Event Data: {',
    '📥 EMULATION RESPONSE for start',
    '📊 Response Status: 200',
    '📋 Response Headers: {',
    '📊 Response Data: {"status":"ok","event_id":',
  ];
  expect(block).toHaveLength(markers.length);
  for (const [index, line] of block.entries()) {
    expect(line).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} \[INFO\] call_tester: /);
    expect(line.split('call_tester: ')[1]).toMatch(new RegExp(`^${escaped(markers[index] ?? '')}`));
  }
});

test('the commands that people know work', async () => {
  expect((await shell('grep -A 10 "🚀 EMULATION" LOG')).match(/🚀 EMULATION REQUEST to/g)).toHaveLength(events);
  expect(await countOf('📥 EMULATION RESPONSE')).toBe(events);
  expect(await shell('tail -50 LOG | grep "📥 EMULATION RESPONSE" | tail -1')).toContain('for hangup');
  const data = await shell('grep "📊 Event Data:" LOG | tail -1');
  expect(JSON.parse(data.split('📊 Event Data: ')[1] ?? '')).toMatchObject({ CallStatus: '2', CallType: 0 });
  expect(await shell('grep "ERROR" LOG || true')).toBe('');
});

test('an event without an answer is an error', async () => {
  const { number } = await stage.addTestTenant();
  await stage.core.kill('SIGKILL');
  await stage.play({ enterprise: number, scenario: '1-10', pace: 'once' });
  await stage.restartCore();
  await until('both lines are logged', async () => (await countOf('ERROR')) >= 2);
  const errors = (await shell('grep "ERROR" LOG')).trimEnd().split('\n');
  expect(errors[0]).toMatch(/\[ERROR\] call_tester: ❌ EMULATION ERROR for dial$/);
  expect(errors[1]).toMatch(/\[ERROR\] call_tester: ❌ Error: ядро не отвечает/);
  expect(errors).toHaveLength(2);
});

test('it is emptied while the service runs, and goes on from there', async () => {
  await shell('cat /dev/null > LOG');
  expect(await stage.logged()).toBe('');
  const { number } = await stage.addTestTenant();
  const { timeline } = await stage.play({ enterprise: number, scenario: '1-10', pace: 'once' });
  await untilLogged(timeline.length);
  expect((await stage.logged()).charCodeAt(0)).not.toBe(0);
});

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');

import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Run } from '../../services/emulator/src/runs/run.js';
import { createRunFiles, newRunId } from '../../services/emulator/src/runs/runFiles.js';

let directory: string;
beforeEach(async () => {
  directory = join(await mkdtemp(join(tmpdir(), 'run-files-')), 'runs');
});
afterEach(() => rm(join(directory, '..'), { recursive: true }));

const START = Date.UTC(2025, 9, 1, 12);

const runAt = (second: number): Run => ({
  run_id: newRunId(new Date(START + second * 1_000), '0123abcd'),
  began_at: new Date(START + second * 1_000).toISOString(),
  enterprise: '0367',
  scenario: null,
  title: `Прогон ${String(second)}`,
  fields: {},
  pace: 'once',
  faults: [],
  request: { enterprise: '0367', title: '', events: [], pace: 'once', rewrite: false, allow_production: false },
  state: 'done',
  timeline: [],
  expected: null,
  chats: [],
  crm: {},
  calls: [],
  verdict: { ok: true, discrepancies: [] },
});

test('the last runs are kept, newest first, and found by whoever comes later', async () => {
  const files = createRunFiles(directory, 3);
  for (const second of [1, 2, 3, 4, 5]) await files.save(runAt(second));
  const later = createRunFiles(directory, 3);
  for (const each of [files, later]) {
    expect((await each.summaries()).map(({ title }) => title)).toEqual(['Прогон 5', 'Прогон 4', 'Прогон 3']);
    expect(await each.load(runAt(4).run_id)).toEqual(runAt(4));
    expect(await each.load(runAt(1).run_id)).toBeUndefined();
  }
  expect(await readdir(directory)).toHaveLength(3);
});

test('a file that is broken, or was never finished, hides no other', async () => {
  const files = createRunFiles(directory);
  await files.save(runAt(1));
  await writeFile(join(directory, `${runAt(2).run_id}.json`), '{"run_id":');
  await writeFile(join(directory, `${runAt(3).run_id}.json.draft`), '{');
  expect((await files.summaries()).map(({ title }) => title)).toEqual(['Прогон 1']);
  expect(await files.load(runAt(2).run_id)).toBeUndefined();
});

test('nothing outside the directory is read', async () => {
  const files = createRunFiles(directory);
  await files.save(runAt(1));
  await writeFile(join(directory, '..', 'secret.json'), '{}');
  expect(await files.load('../secret')).toBeUndefined();
});

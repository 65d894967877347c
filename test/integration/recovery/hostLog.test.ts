import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import initSqlJs from 'sql.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hostLogRows } from '@live-calls/shared/runtime';
import { writeHostLog, type LoggedRow } from './hostLogFile.js';

const ROWS = 5_000;
let directory: string;
const path = (name: string): string => join(directory, name);

function* rows(): Generator<LoggedRow> {
  for (let n = 1; n <= ROWS; n += 1) {
    const request = { UniqueId: `${n}.1`, Phone: '375290000001', padding: 'x'.repeat(300) };
    yield { DateTime: '2025-10-01 10:00:00', event: 'dial', Uniqueid: `${n}.1`, status: 'Timeout', request };
  }
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'host-log-'));
  await writeHostLog(path('whole.db'), rows());
});
afterAll(() => rm(directory, { recursive: true }));

async function read(name: string): Promise<{ ids: number[]; problems: string[] }> {
  const problems: string[] = [];
  const ids: number[] = [];
  for await (const row of hostLogRows(path(name), (problem) => problems.push(problem))) ids.push(Number(row['id']));
  return { ids, problems };
}

async function copy(name: string): Promise<Buffer> {
  const bytes = await readFile(path('whole.db'));
  await writeFile(path(name), bytes);
  return bytes;
}

describe("a host's SQLite log", () => {
  it('is read in order, with all columns', async () => {
    const { ids, problems } = await read('whole.db');
    expect(problems).toEqual([]);
    expect(ids).toEqual(Array.from({ length: ROWS }, (_, place) => place + 1));
    for await (const row of hostLogRows(path('whole.db'), () => undefined)) {
      expect(row).toMatchObject({ DateTime: '2025-10-01 10:00:00', event: 'dial', Uniqueid: '1.1', status: 'Timeout' });
      break;
    }
  });

  it.each([0.3, 0.6, 0.95])('that is cut off after %s of it gives what is left, and says so', async (part) => {
    const { length } = await copy('truncated.db');
    await truncate(path('truncated.db'), Math.floor(length * part) + 100);
    const { ids, problems } = await read('truncated.db');
    expect(ids.length).toBeGreaterThan(ROWS * part * 0.95);
    expect(ids.length).toBeLessThan(ROWS);
    expect(ids).toEqual(ids.map((_, place) => place + 1));
    expect(problems).toEqual([expect.stringContaining('файл повреждён или обрезан')]);
  });

  it('that is damaged in the middle gives what lies before and behind', async () => {
    const bytes = await copy('damaged.db');
    await writeFile(path('damaged.db'), bytes.fill(0x5a, bytes.length / 2, bytes.length / 2 + 8_192));
    const { ids, problems } = await read('damaged.db');
    expect(ids.at(0)).toBe(1);
    expect(ids.at(-1)).toBe(ROWS);
    expect(ids.length).toBeGreaterThan(ROWS * 0.98);
    expect(ids.length).toBeLessThan(ROWS);
    expect(ids).toEqual(ids.toSorted((one, other) => one - other));
    expect(problems).toHaveLength(1);
  });

  it('gives the same of a row, however it is read', async () => {
    const request = { UniqueId: '1.1', long: 'я'.repeat(9_000) };
    const row = { DateTime: '2025-10-01 10:00:00', event: 'dial', Uniqueid: '1.1', status: '', request };
    await writeHostLog(
      path('long.db'),
      Array.from({ length: 300 }, () => row),
    );
    const whole = await readFile(path('long.db'));
    // The root is the second page: without it only the leaves are left.
    await writeFile(path('rootless.db'), Buffer.from(whole).fill(0, 4_096, 8_192));
    const rows: [unknown, unknown][] = [];
    for (const name of ['long.db', 'rootless.db']) {
      let place = 0;
      for await (const each of hostLogRows(path(name), () => undefined))
        (rows[place++] ??= [null, null])[name === 'long.db' ? 0 : 1] = each;
    }
    expect(rows).toHaveLength(300);
    for (const [one, other] of rows) expect(other).toEqual(one);
  });

  it('in WAL mode is read as far as it was merged, and what lies beside it is named', async () => {
    const bytes = await copy('wal.db');
    bytes.fill(2, 18, 20);
    await writeFile(path('wal.db'), bytes);
    await writeFile(path('wal.db-wal'), 'not merged');
    const { ids, problems } = await read('wal.db');
    expect(ids).toHaveLength(ROWS);
    expect(problems).toEqual([expect.stringContaining('wal_checkpoint')]);
  });

  it('that was copied while it was written is read, and that is said', async () => {
    await copy('busy.db');
    await writeFile(path('busy.db-journal'), 'a journal');
    const { ids, problems } = await read('busy.db');
    expect(ids).toHaveLength(ROWS);
    expect(problems).toEqual([expect.stringContaining('-journal')]);
  });

  it('that is empty, no SQLite, of something else, or not there is named', async () => {
    await writeFile(path('empty.db'), '');
    expect(await read('empty.db')).toEqual({ ids: [], problems: ['файл пуст'] });
    await writeFile(path('text.db'), 'id,DateTime,event\n'.repeat(100));
    await expect(read('text.db')).rejects.toThrow('это не база SQLite');
    const { Database } = await initSqlJs();
    const other = new Database();
    other.run('create table calls (id integer)');
    await writeFile(path('other.db'), other.export());
    await expect(read('other.db')).rejects.toThrow('нет таблицы AlternativeAPIlogs');
    await expect(read('nowhere.db')).rejects.toThrow('такого файла нет');
  });
});

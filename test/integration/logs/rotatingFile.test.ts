import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, readlink, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createRotatingFile } from '@live-calls/shared/runtime';
import { PATIENCE } from '../../harness/patience.js';

describe('a log file', () => {
  let dir: string;
  let path: string;

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'logs-'));
    path = join(dir, 'app.log');
  });
  afterEach(() => rm(dir, { recursive: true, force: true }));

  async function linesOf(name: string): Promise<number[]> {
    return (await readFile(join(dir, name), 'utf8')).split('\n').filter(Boolean).map(Number);
  }

  test('is turned over when it is full: nothing lost, nothing too large, the newest under the plain name', async () => {
    const file = createRotatingFile({ path, maxBytes: 1_000, keep: 5 });
    for (let n = 0; n < 500; n++) {
      file.write(String(n).padStart(9, '0'));
      if (n % 37 === 0) await file.flush();
    }
    await file.flush();
    const names = (await readdir(dir)).sort();
    expect(names).toEqual(['app.log', 'app.log.1', 'app.log.2', 'app.log.3', 'app.log.4']);
    const sizes = await Promise.all(names.map(async (name) => (await stat(join(dir, name))).size));
    expect(Math.max(...sizes)).toBeLessThanOrEqual(1_000);
    const numbers = (await Promise.all(names.reverse().map(linesOf))).flat();
    expect(numbers).toEqual(Array.from({ length: 500 }, (_, n) => n));
  });

  test('keeps no more older files than it should', async () => {
    const file = createRotatingFile({ path, maxBytes: 100, keep: 2 });
    for (let n = 0; n < 100; n++) file.write(String(n).padStart(9, '0'));
    await file.flush();
    expect((await readdir(dir)).sort()).toEqual(['app.log', 'app.log.1', 'app.log.2']);
    expect((await linesOf('app.log')).at(-1)).toBe(99);
  });

  test('takes an entry that is larger than a file may be', async () => {
    const file = createRotatingFile({ path, maxBytes: 100, keep: 2 });
    file.write('1');
    file.write(`2${'0'.repeat(200)}`);
    file.write('3');
    await file.flush();
    expect(await readFile(join(dir, 'app.log.1'), 'utf8')).toHaveLength(202);
    expect(await linesOf('app.log')).toEqual([3]);
  });

  test('goes on at the beginning after it was emptied', async () => {
    const file = createRotatingFile({ path, maxBytes: 1_000, keep: 1 });
    for (let n = 0; n < 150; n++) file.write('12345');
    await file.flush();
    execFileSync('sh', ['-c', 'cat /dev/null > "$1"', 'sh', path]);
    for (let n = 0; n < 100; n++) file.write(String(n));
    await file.flush();
    expect(await linesOf('app.log')).toEqual(Array.from({ length: 100 }, (_, n) => n));
    expect(await readdir(dir)).toEqual(['app.log']);
  });

  test('is made again after it was moved or deleted, with its directory', async () => {
    const file = createRotatingFile({ path });
    file.write('1');
    await file.flush();
    await rename(path, `${path}.moved`);
    file.write('2');
    await file.flush();
    expect(await linesOf('app.log')).toEqual([2]);
    await rm(dir, { recursive: true });
    file.write('3');
    await file.flush();
    expect(await linesOf('app.log')).toEqual([3]);
  });

  test('that was deleted takes no room on the disk any more, a moment later', async () => {
    const file = createRotatingFile({ path });
    file.write('1');
    await file.flush();
    await rm(path);
    const open = async (): Promise<string[]> => {
      const links = (await readdir('/proc/self/fd').catch(() => [])).map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => ''));
      return (await Promise.all(links)).filter((target) => target.startsWith(path));
    };
    await vi.waitFor(async () => expect(await open()).toEqual([]), PATIENCE);
  });

  test('goes on where another process ended', async () => {
    await writeFile(path, '1\n');
    const file = createRotatingFile({ path });
    file.write('2');
    await file.flush();
    expect(await linesOf('app.log')).toEqual([1, 2]);
  });

  test('loses its older parts when they are too old', async () => {
    const old = new Date(Date.now() - 31 * 24 * 3_600_000);
    for (const name of ['app.log.1', 'app.log.2', 'app.log.9', 'other.log.1', 'app.log.txt']) {
      await writeFile(join(dir, name), 'x');
      if (name !== 'app.log.1' && name !== 'app.log.9') await utimes(join(dir, name), old, old);
    }
    const file = createRotatingFile({ path, keep: 5, maxAgeDays: 30 });
    file.write('1');
    await file.flush();
    expect((await readdir(dir)).sort()).toEqual(['app.log', 'app.log.1', 'app.log.txt', 'other.log.1']);
  });

  test('is turned over when it was begun too long ago', async () => {
    const file = createRotatingFile({ path, maxAgeDays: 1 / (24 * 3_600_000) });
    file.write('1');
    await file.flush();
    const { birthtimeMs } = await stat(path);
    await vi.waitUntil(() => Date.now() - birthtimeMs > 2, PATIENCE);
    file.write('2');
    await file.flush();
    expect(await linesOf('app.log')).toEqual([2]);
    expect(await linesOf('app.log.1')).toEqual([1]);
  });

  test('that cannot be written is reported once, holds nobody up, and is used as soon as it can be', async () => {
    const troubles: string[] = [];
    const blocked = join(dir, 'blocked');
    await writeFile(blocked, 'a file where the directory should be');
    const file = createRotatingFile({ path: join(blocked, 'app.log'), onTrouble: (text) => troubles.push(text) });
    for (let n = 0; n < 10; n++) {
      file.write('lost');
      await file.flush();
    }
    expect(troubles).toEqual([expect.stringContaining('entries lost')]);
    await rm(blocked);
    await mkdir(blocked);
    file.write('written');
    await file.flush();
    expect(await readFile(join(blocked, 'app.log'), 'utf8')).toBe('written\n');
  });

  test('on a disk that is too slow loses entries rather than memory', async () => {
    const troubles: string[] = [];
    const file = createRotatingFile({ path, maxWaitingBytes: 1_000, onTrouble: (text) => troubles.push(text) });
    for (let n = 0; n < 1_000; n++) file.write(String(n).padStart(9, '0'));
    await file.flush();
    expect(await linesOf('app.log')).toHaveLength(100);
    expect(troubles).toEqual([expect.stringContaining('too slow')]);
  });

  test('on a full disk says so', async () => {
    const troubles: string[] = [];
    const file = createRotatingFile({ path: '/dev/full', onTrouble: (text) => troubles.push(text) });
    file.write('no room for it');
    await file.flush();
    expect(troubles).toEqual([expect.stringContaining('ENOSPC')]);
  });
});

import { readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { createHeldFile } from './heldFile.js';

const DAY_MS = 24 * 3_600_000;
const PRUNE_EVERY_MS = 3_600_000;

interface LogPartsOptions {
  /** Of the current part; older ones are `<path>.1` (the youngest), `<path>.2`, … */
  path: string;
  maxBytes: number;
  keep: number;
  maxAgeDays: number;
}

export interface LogParts {
  /**
   * Appends as many entries as have room in the current part, or turns it over when there is none.
   *
   * @returns how many were appended; call again for the others
   * @throws what the file system says
   */
  append(entries: readonly Buffer[]): Promise<number>;
}

/** The parts of a log on the disk. */
export function createLogParts({ path, maxBytes, keep, maxAgeDays }: LogPartsOptions): LogParts {
  const isTooOld = (since: number): boolean => Date.now() - since > maxAgeDays * DAY_MS;
  const current = createHeldFile(path);
  let prunedAt = -Infinity;

  async function turnOver(): Promise<void> {
    for (let age = keep; age >= 1; age--) {
      await rename(age === 1 ? path : `${path}.${age - 1}`, `${path}.${age}`).catch(ignoreMissing);
    }
    if (keep === 0) await rm(path, { force: true });
  }

  async function prune(): Promise<void> {
    if (performance.now() - prunedAt < PRUNE_EVERY_MS) return;
    prunedAt = performance.now();
    const prefix = `${basename(path)}.`;
    const names = await readdir(dirname(path)).catch(() => []);
    for (const name of names) {
      const place = name.startsWith(prefix) ? Number(name.slice(prefix.length)) : NaN;
      if (!Number.isInteger(place)) continue;
      const part = join(dirname(path), name);
      const about = await stat(part).catch(() => undefined);
      if (place > keep || (about !== undefined && isTooOld(about.mtimeMs))) await rm(part, { force: true });
    }
  }

  return {
    async append(entries) {
      await prune();
      try {
        const { handle, size, birthtimeMs } = await current.take();
        const isFull = size > 0 && birthtimeMs > 0 && isTooOld(birthtimeMs);
        let count = isFull ? 0 : howManyFit(entries, maxBytes - size);
        if (count === 0 && size === 0) count = 1; // larger than a part may be, but it must go somewhere
        if (count > 0) await handle.writeFile(Buffer.concat(entries.slice(0, count)));
        else await turnOver();
        return count;
      } finally {
        current.rest();
      }
    },
  };
}

function howManyFit(entries: readonly Buffer[], room: number): number {
  let left = room;
  const tooMuch = entries.findIndex((entry) => (left -= entry.length) < 0);
  return tooMuch === -1 ? entries.length : tooMuch;
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}

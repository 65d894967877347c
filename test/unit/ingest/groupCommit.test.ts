import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { createGroupCommit, type GroupCommit, type Item } from '../../../services/core/src/ingest/groupCommit.js';

interface Numbered extends Item {
  n: number;
}

const LIMITS = { writes: 2, batch: 10, batchBytes: 1_000, waiting: 1_000, waitingBytes: 100_000, patienceMs: 10_000 };

function groupCommit(
  write: (items: readonly Numbered[]) => Promise<readonly number[]>,
  limits: Partial<typeof LIMITS> = {},
): GroupCommit<Numbered> {
  return createGroupCommit<Numbered>({
    write,
    isRefusal: (error) => error instanceof RangeError,
    onFailure: () => undefined,
    onStored: () => undefined,
    limits: { ...LIMITS, ...limits },
  });
}

const item = (n: number, key = 'a', bytes = 1): Numbered => ({ n, key, bytes });

describe('what arrives together', () => {
  test('is written together, within the limits of a batch', async () => {
    const sizes: number[] = [];
    const group = groupCommit((items) => {
      sizes.push(items.length);
      return Promise.resolve(items.map(({ n }) => n));
    });
    const outcomes = await Promise.all(Array.from({ length: 25 }, (_, n) => group.store(item(n))));
    expect(outcomes).toEqual(Array.from({ length: 25 }, (_, id) => ({ kind: 'stored', id })));
    expect(sizes).toEqual([10, 10, 5]);
  });

  test('is taken by bytes too, but one always is', async () => {
    const sizes: number[] = [];
    const group = groupCommit((items) => {
      sizes.push(items.length);
      return Promise.resolve(items.map(({ n }) => n));
    });
    await Promise.all([600, 300, 200, 5_000].map((bytes, n) => group.store(item(n, 'a', bytes))));
    expect(sizes).toEqual([2, 1, 1]);
  });

  test('keeps the order of each key, whichever write is faster', async () => {
    const arrivals = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.integer({ min: 0, max: 5 })), {
      maxLength: 60,
    });
    await fc.assert(
      fc.asyncProperty(arrivals, async (list) => {
        let nextId = 0;
        const ids: { key: string; n: number; id: number }[] = [];
        let under = 0;
        const group = groupCommit(
          async (items) => {
            expect(++under).toBeLessThanOrEqual(2);
            for (let turn = list[items[0]?.n ?? 0]?.[1] ?? 0; turn > 0; turn--) await setImmediate();
            under -= 1;
            return items.map(({ key, n }) => {
              ids.push({ key, n, id: nextId });
              return nextId++;
            });
          },
          { batch: 3 },
        );
        await Promise.all(list.map(([key], n) => group.store(item(n, key))));
        for (const key of ['a', 'b', 'c']) {
          const order = ids.filter((entry) => entry.key === key).map(({ n }) => n);
          expect(order).toEqual([...order].sort((a, b) => a - b));
        }
        expect(ids).toHaveLength(list.length);
      }),
      { numRuns: 50 },
    );
  });
});

describe('when a write fails', () => {
  test('because of items that cannot be stored, only those are refused', async () => {
    const poison = new Set([3, 4, 9]);
    const group = groupCommit((items) =>
      items.some(({ n }) => poison.has(n))
        ? Promise.reject(new RangeError('never'))
        : Promise.resolve(items.map(({ n }) => n)),
    );
    const outcomes = await Promise.all(Array.from({ length: 10 }, (_, n) => group.store(item(n))));
    expect(outcomes.flatMap(({ kind }, n) => (kind === 'refused' ? [n] : []))).toEqual([...poison]);
    expect(outcomes.filter(({ kind }) => kind === 'stored')).toHaveLength(7);
  });

  test('it is tried once more, and during an outage no more than once', async () => {
    const write = vi.fn(() => Promise.reject(new Error('away')));
    const group = groupCommit(write);
    expect(await group.store(item(1))).toEqual({ kind: 'away' });
    expect(write).toHaveBeenCalledTimes(2);
    expect(await group.store(item(2))).toEqual({ kind: 'away' });
    expect(write).toHaveBeenCalledTimes(3);
  });

  test('or does not end, whoever waits is told, and nobody else is taken in', async () => {
    const group = groupCommit(() => new Promise(() => undefined), { patienceMs: 20, waiting: 2, writes: 1, batch: 1 });
    const first = group.store(item(1));
    await setImmediate();
    const outcomes = await Promise.all([first, group.store(item(2)), group.store(item(3)), group.store(item(4))]);
    expect(outcomes.map(({ kind }) => kind)).toEqual(['away', 'away', 'away', 'full']);
  });
});

test('closing waits for what was taken, and takes no more', async () => {
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const group = groupCommit(async (items) => {
    await held;
    return items.map(({ n }) => n);
  });
  const taken = group.store(item(1));
  const closed = group.close();
  expect(await group.store(item(2))).toEqual({ kind: 'full' });
  release();
  await closed;
  expect(await taken).toEqual({ kind: 'stored', id: 1 });
});

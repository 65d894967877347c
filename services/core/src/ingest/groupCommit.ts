import { setTimeout as wait } from 'node:timers/promises';

/** What became of something that was to be stored. */
export type Outcome =
  | { kind: 'stored'; id: number }
  /** Too many are waiting. */
  | { kind: 'full' }
  /** The database did not answer in time. It may have been stored all the same. */
  | { kind: 'away' }
  /** The database will never take it. */
  | { kind: 'refused' };

export interface Item {
  /** Items of one key are stored in the order in which they came. */
  key: string;
  bytes: number;
}

export interface GroupCommit<T> {
  /** Resolves once the item is committed, or it is certain that nobody may rely on it. Never rejects. */
  store(item: T): Promise<Outcome>;
  /** Resolves when nothing waits any more; what comes after it is not taken. */
  close(): Promise<void>;
}

interface GroupCommitOptions<T> {
  /** Stores all or none. @returns ids in the order of the items */
  write: (items: readonly T[]) => Promise<readonly number[]>;
  /** Whether this error of `write` means that an item can never be stored. */
  isRefusal: (error: unknown) => boolean;
  /** Told of each failed write that is not a refusal. */
  onFailure: (error: unknown, items: number) => void;
  /** Told after each commit. */
  onStored: (items: readonly T[]) => void;
  limits: {
    /** Writes under way at once. */
    writes: number;
    batch: number;
    batchBytes: number;
    waiting: number;
    waitingBytes: number;
    /** How long an item may wait for its commit, in ms. */
    patienceMs: number;
  };
}

interface Waiting<T> {
  item: T;
  settled: boolean;
  settle: (outcome: Outcome) => void;
}

// After a restart of the database all pooled connections are dead; in this time the pool notices.
const RETRY_PAUSE_MS = 50;

/**
 * Commits together what arrives together: while a write is under way, what comes gathers for the next one. An item that
 * cannot be stored is found by halving the batch, so that the others do not suffer.
 */
export function createGroupCommit<T extends Item>(options: GroupCommitOptions<T>): GroupCommit<T> {
  const { write, isRefusal, onFailure, onStored, limits } = options;
  const writes = new Set<Promise<void>>();
  const keysInWrites = new Set<string>();
  let queue: Waiting<T>[] = [];
  let queueBytes = 0;
  let flushSoon: NodeJS.Immediate | undefined;
  let isAway = false;
  let isClosed = false;

  function flush(): void {
    flushSoon = undefined;
    while (writes.size < limits.writes) {
      const batch = takeBatch();
      if (batch.length === 0) return;
      const keys = batch.map(({ item }) => item.key);
      for (const key of keys) keysInWrites.add(key);
      const writing = commit(batch, !isAway).finally(() => {
        writes.delete(writing);
        for (const key of keys) keysInWrites.delete(key);
        flushSoon ??= setImmediate(flush);
      });
      writes.add(writing);
    }
  }

  /** A key is in one write at a time: two writes side by side could take ids in either order. */
  function takeBatch(): Waiting<T>[] {
    const batch: Waiting<T>[] = [];
    const left: Waiting<T>[] = [];
    let bytes = 0;
    let hasRoom = true;
    queueBytes = 0;
    for (const waiting of queue) {
      if (waiting.settled) continue;
      const { key, bytes: itemBytes } = waiting.item;
      const fits = batch.length < limits.batch && (batch.length === 0 || bytes + itemBytes <= limits.batchBytes);
      hasRoom &&= fits;
      if (hasRoom && !keysInWrites.has(key)) {
        batch.push(waiting);
        bytes += itemBytes;
      } else {
        left.push(waiting);
        queueBytes += itemBytes;
      }
    }
    queue = left;
    return batch;
  }

  async function commit(batch: readonly Waiting<T>[], mayRetry: boolean): Promise<void> {
    const wanted = batch.filter((waiting) => !waiting.settled);
    if (wanted.length === 0) return;
    const items = wanted.map(({ item }) => item);
    let ids: readonly number[];
    try {
      ids = await write(items);
    } catch (error) {
      await recover(wanted, error, mayRetry);
      return;
    }
    isAway = false;
    wanted.forEach(({ settle }, place) => {
      const id = ids[place];
      settle(id === undefined ? { kind: 'away' } : { kind: 'stored', id });
    });
    onStored(items);
  }

  async function recover(batch: readonly Waiting<T>[], error: unknown, mayRetry: boolean): Promise<void> {
    if (isRefusal(error)) {
      const half = Math.ceil(batch.length / 2);
      if (batch.length === 1) batch[0]?.settle({ kind: 'refused' });
      else {
        await commit(batch.slice(0, half), mayRetry);
        await commit(batch.slice(half), mayRetry);
      }
      return;
    }
    onFailure(error, batch.length);
    // The commit may have been made and only its answer lost. Then events are stored twice, which changes no call.
    if (mayRetry) {
      await wait(RETRY_PAUSE_MS);
      await commit(batch, false);
      return;
    }
    isAway = true;
    for (const { settle } of batch) settle({ kind: 'away' });
  }

  return {
    store(item) {
      const isFull = queue.length >= limits.waiting || queueBytes + item.bytes > limits.waitingBytes;
      if (isClosed || isFull) return Promise.resolve({ kind: 'full' });
      return new Promise((resolve) => {
        const waiting: Waiting<T> = {
          item,
          settled: false,
          settle(outcome) {
            if (waiting.settled) return;
            waiting.settled = true;
            clearTimeout(patience);
            resolve(outcome);
          },
        };
        const patience = setTimeout(() => waiting.settle({ kind: 'away' }), limits.patienceMs);
        queue.push(waiting);
        queueBytes += item.bytes;
        flushSoon ??= setImmediate(flush);
      });
    },
    async close() {
      isClosed = true;
      while (queue.length > 0 || writes.size > 0) {
        flush();
        await Promise.all(writes);
      }
      clearImmediate(flushSoon);
    },
  };
}

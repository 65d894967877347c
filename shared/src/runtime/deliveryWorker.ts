import { randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import type pg from 'pg';
import {
  claimDeliveries,
  freeExpiredLeases,
  nextDueInMs,
  removeFinishedDeliveries,
  renewLeases,
  settleDelivery,
  type BackOff,
  type ClaimedDelivery,
  type Verdict,
} from '../db/deliveries.js';
import type { Logger } from './logger.js';

/** A claimed row, with the question that must be asked right before each request. */
export interface Delivery extends ClaimedDelivery {
  /** False when the lease ran out (the process slept): somebody else may be at it, nothing may be started. */
  isHeld(): boolean;
}

export interface DeliveryWorkerOptions {
  pool: pg.Pool;
  target: string;
  /** Most deliveries at once. */
  concurrency: number;
  /** Most deliveries of one tenant at once, so that one whose requests hang leaves room for others. Default a fifth. */
  perTenant?: number;
  /** One attempt. What it throws is a retry with back-off. `signal` is aborted when the lease is lost. */
  perform(delivery: Delivery, signal: AbortSignal): Promise<Verdict>;
  logger: Logger;
  backOff?: BackOff;
  /** Poll that finds what nobody woke it for. */
  pollMs?: number;
  /** How long a dead worker keeps its rows. */
  leaseMs?: number;
  keepFinishedDays?: number;
}

export interface DeliveryWorker {
  /** Something may have become due: call it after the commit. */
  wake(): void;
  /** Takes no more; resolves when everything begun has been settled. */
  stop(): Promise<void>;
}

interface Run {
  delivery: Delivery;
  lease: string;
  abort: AbortController;
  /** By the monotonic clock, counted from before the lease was asked for. */
  heldUntil: number;
  ended: Promise<void>;
}

const PURGE_EVERY_MS = 60_000;

/**
 * Works off the deliveries of one target. Polling is the truth, `wake()` a hint, and a timer is set for what is due
 * before the next poll. Any number of workers may share a database.
 */
export function createDeliveryWorker(options: DeliveryWorkerOptions): DeliveryWorker {
  const { pool, target, concurrency, perform, logger } = options;
  const { backOff = { baseMs: 1_000, capMs: 60_000 }, pollMs = 750, leaseMs = 6_000, keepFinishedDays = 14 } = options;
  const perTenant = options.perTenant ?? Math.max(1, Math.ceil(concurrency / 5));
  const runs = new Map<string, Run>();
  const tasks = new Set<Promise<void>>();
  let stopping = false;
  let woken = false;
  let endSleep: () => void = () => undefined;
  let nextSweepAt = 0;
  let nextPurgeAt = performance.now() + PURGE_EVERY_MS * Math.random();

  const wake = (): void => {
    woken = true;
    endSleep();
  };

  const sleep = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      if (woken || stopping) return resolve();
      const timer = setTimeout(resolve, ms);
      endSleep = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  const settle = async (run: Run, verdict: Verdict): Promise<void> => {
    const facts = { enterprise: run.delivery.enterpriseNumber, target, delivery: run.delivery.id };
    for (;;) {
      try {
        const settled = await settleDelivery(pool, run.delivery, run.lease, verdict, backOff);
        if (!settled) logger.warn('lease lost, its outcome is not recorded', facts);
        return;
      } catch (error) {
        // Not recorded, it would be done again: try for as long as the row is ours.
        if (!run.delivery.isHeld()) {
          logger.error('outcome of a delivery could not be recorded, it will run again', { ...facts, error });
          return;
        }
        await new Promise((resolve) => setTimeout(resolve, 250));
      }
    }
  };

  const attempt = async (run: Run): Promise<void> => {
    const { delivery } = run;
    const verdict = await perform(delivery, run.abort.signal).catch((error: unknown): Verdict => {
      logger.error('delivery failed unexpectedly', {
        enterprise: delivery.enterpriseNumber,
        target,
        delivery: delivery.id,
        attempt: delivery.attempts,
        error,
      });
      return { kind: 'retry', error: error instanceof Error ? error.message : String(error) };
    });
    await settle(run, verdict);
    runs.delete(run.lease + delivery.id);
    wake();
  };

  const begin = (claimed: ClaimedDelivery, lease: string, heldUntil: number): void => {
    const run: Run = {
      delivery: { ...claimed, isHeld: () => performance.now() < run.heldUntil },
      lease,
      abort: new AbortController(),
      heldUntil,
      ended: Promise.resolve(),
    };
    // A row that came back because its lease ran out while this process was at it: never twice at a time.
    const before = [...runs.values()].filter(({ delivery }) => delivery.id === claimed.id).map((old) => old.ended);
    runs.set(lease + claimed.id, run);
    run.ended = Promise.all(before).then(() => attempt(run));
    const task = run.ended.finally(() => tasks.delete(task));
    tasks.add(task);
  };

  /** @returns whether there may be more to claim now */
  const claim = async (): Promise<boolean> => {
    const limit = concurrency - runs.size;
    if (limit <= 0) return false;
    const lease = randomUUID();
    const heldUntil = performance.now() + leaseMs;
    const running = new Map<string, number>();
    for (const { delivery } of runs.values()) {
      running.set(delivery.enterpriseNumber, (running.get(delivery.enterpriseNumber) ?? 0) + 1);
    }
    const claimed = await claimDeliveries(pool, { target, lease, leaseMs, limit, perTenant, running });
    for (const delivery of claimed) begin(delivery, lease, heldUntil);
    return claimed.length > 0;
  };

  const sweep = async (): Promise<void> => {
    if (performance.now() >= nextSweepAt) {
      nextSweepAt = performance.now() + pollMs;
      const freed = await freeExpiredLeases(pool, target);
      if (freed > 0) logger.warn('deliveries of a worker that is gone were taken over', { target, count: freed });
    }
    if (performance.now() >= nextPurgeAt) {
      nextPurgeAt = performance.now() + PURGE_EVERY_MS;
      await removeFinishedDeliveries(pool, keepFinishedDays);
    }
  };

  const loop = async (): Promise<void> => {
    while (!stopping) {
      woken = false;
      let idleMs = pollMs;
      try {
        await sweep();
        while (!stopping && (await claim()));
        // A millisecond more: a timer may be early, a row must not be.
        if (runs.size < concurrency) idleMs = Math.min(pollMs, ((await nextDueInMs(pool, target)) ?? pollMs) + 1);
      } catch (error) {
        logger.error('deliveries could not be claimed, trying again', { target, error });
        woken = false;
      }
      await sleep(idleMs);
    }
  };

  const renew = async (): Promise<void> => {
    const held = [...runs.values()];
    if (held.length === 0) return;
    const heldUntil = performance.now() + leaseMs;
    try {
      const rows = held.map(({ delivery, lease }) => ({
        enterpriseNumber: delivery.enterpriseNumber,
        id: delivery.id,
        lease,
      }));
      const renewed = new Set((await renewLeases(pool, rows, leaseMs)).map(({ id, lease }) => lease + id));
      for (const run of held) if (renewed.has(run.lease + run.delivery.id)) run.heldUntil = heldUntil;
    } catch (error) {
      logger.warn('leases could not be renewed, trying again', { target, count: held.length, error });
    }
    for (const run of held) {
      if (!run.delivery.isHeld()) run.abort.abort(new Error('lease lost'));
    }
  };

  let renewing: Promise<void> | null = null;
  const renewal = setInterval(() => {
    renewing ??= renew().finally(() => (renewing = null));
  }, leaseMs / 4);
  const looping = loop();

  return {
    wake,
    stop: async () => {
      stopping = true;
      endSleep();
      await looping;
      while (tasks.size > 0) await Promise.all(tasks);
      clearInterval(renewal);
      await renewing;
    },
  };
}

import { randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import type pg from 'pg';
import {
  claimDeliveries,
  freeExpiredLeases,
  nextDueInMs,
  removeFinishedDeliveries,
  type ClaimedDelivery,
} from '../db/deliveries.js';
import type { BackOff } from '../db/settleDeliveries.js';
import { createDeliveryAttempt, type Perform } from './deliveryAttempt.js';
import { createDeliveryLeases } from './deliveryLeases.js';
import type { Logger } from './logger.js';
import type { OnAttempt } from './metricsOfDeliveries.js';

export interface DeliveryWorkerOptions {
  pool: pg.Pool;
  target: string;
  /** Most deliveries at once. */
  concurrency: number;
  /** Most deliveries of one tenant at once, so that one whose requests hang leaves room for others. Default a fifth. */
  perTenant?: number;
  perform: Perform;
  /** How many may be begun now, asked before each claim; for work that waits for something that they all need. */
  mayBegin?: () => number;
  logger: Logger;
  onAttempt?: OnAttempt | undefined;
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

const PURGE_EVERY_MS = 60_000;

/**
 * Works off the deliveries of one target. Polling is the truth, `wake()` a hint, and a timer is set for what is due
 * before the next poll. Any number of workers may share a database.
 */
export function createDeliveryWorker(options: DeliveryWorkerOptions): DeliveryWorker {
  const { pool, target, concurrency, perform, logger } = options;
  const { backOff = { baseMs: 1_000, capMs: 60_000 }, pollMs = 750, leaseMs = 6_000, keepFinishedDays = 14 } = options;
  const { mayBegin = () => concurrency } = options;
  const perTenant = options.perTenant ?? Math.max(1, Math.ceil(concurrency / 5));
  const attempt = createDeliveryAttempt({ pool, target, perform, backOff, logger, onAttempt: options.onAttempt });
  const leases = createDeliveryLeases({ pool, leaseMs, logger });
  /** What this process is at, by delivery. */
  const tasks = new Map<number, Promise<void>>();
  let stopping = false;
  let woken = false;
  let wokenAt = -Infinity;
  /** Something may be due that was not claimed, because too much is under way. */
  let heldBack = false;
  let endSleep: () => void = () => undefined;
  let nextSweepAt = 0;
  let nextPurgeAt = performance.now() + PURGE_EVERY_MS * Math.random();

  const wake = (): void => {
    woken = true;
    wokenAt = performance.now();
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

  const begin = (claimed: ClaimedDelivery, lease: string, heldUntil: number): void => {
    const held = leases.hold(claimed, lease, heldUntil);
    // A row that came back because its lease ran out while this process was at it: never twice at a time.
    const before = tasks.get(claimed.id) ?? Promise.resolve();
    const task = before
      .then(() => attempt(held))
      .then(({ leavesWork, settledAt }) => {
        leases.release(held);
        if (tasks.get(claimed.id) === task) tasks.delete(claimed.id);
        // A claim that ran meanwhile found this row, and whatever waits for it, still taken.
        if (leavesWork || heldBack || wokenAt >= settledAt) wake();
      });
    tasks.set(claimed.id, task);
  };

  /** @returns whether there may be more to claim now */
  const claim = async (): Promise<boolean> => {
    // Whatever is over before it is known what was left asks again.
    heldBack = true;
    const limit = Math.min(concurrency - leases.size(), mayBegin());
    if (limit <= 0) return false;
    const lease = randomUUID();
    const heldUntil = performance.now() + leaseMs;
    const running = leases.byTenant();
    const claimed = await claimDeliveries(pool, { target, lease, leaseMs, limit, perTenant, running });
    for (const delivery of claimed) begin(delivery, lease, heldUntil);
    const full = fullAfter(running, claimed);
    heldBack = claimed.length === limit || full.length > 0;
    // Before other tenants' rows there may have stood those of one that is full only now.
    return claimed.length === limit || full.some((tenant) => (running.get(tenant) ?? 0) < perTenant);
  };

  /** Tenants of which no more was claimed than they may have at once. */
  const fullAfter = (running: ReadonlyMap<string, number>, claimed: readonly ClaimedDelivery[]): string[] => {
    const counts = new Map(running);
    for (const { enterpriseNumber: tenant } of claimed) counts.set(tenant, (counts.get(tenant) ?? 0) + 1);
    return [...counts].filter(([, count]) => count >= perTenant).map(([tenant]) => tenant);
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

  /** @returns milliseconds until something may have to be done again */
  const turn = async (): Promise<number> => {
    try {
      await sweep();
      let more = true;
      let claimedAt = performance.now();
      while (!stopping && more) {
        claimedAt = performance.now();
        more = await claim();
      }
      // Somebody has to finish first, which wakes it.
      if (leases.size() >= concurrency) return pollMs;
      // A millisecond more: a timer may be early, a row must not be.
      return Math.min(pollMs, ((await nextDueInMs(pool, target, performance.now() - claimedAt)) ?? pollMs) + 1);
    } catch (error) {
      logger.error('deliveries could not be claimed, trying again', { target, error });
      woken = false;
      return pollMs;
    }
  };

  const loop = async (): Promise<void> => {
    while (!stopping) {
      woken = false;
      await sleep(await turn());
    }
  };

  const looping = loop();
  return {
    wake,
    stop: async () => {
      stopping = true;
      endSleep();
      await looping;
      await Promise.all(tasks.values());
      await leases.end();
    },
  };
}

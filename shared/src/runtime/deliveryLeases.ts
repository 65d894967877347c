import { performance } from 'node:perf_hooks';
import type pg from 'pg';
import { renewLeases, type ClaimedDelivery } from '../db/deliveries.js';
import type { Logger } from './logger.js';

/** A claimed row, with the question that must be asked right before each request. */
export interface Delivery extends ClaimedDelivery {
  /** False when the lease ran out (the process slept): somebody else may be at it, nothing may be started. */
  isHeld(): boolean;
}

/** A delivery that this process is at. */
export interface HeldDelivery {
  delivery: Delivery;
  lease: string;
  /** Aborted when the lease is lost. */
  signal: AbortSignal;
}

export interface DeliveryLeases {
  /** @param heldUntil of the monotonic clock, counted from before the lease was asked for */
  hold(claimed: ClaimedDelivery, lease: string, heldUntil: number): HeldDelivery;
  release(held: HeldDelivery): void;
  size(): number;
  /** How many are held of each tenant. */
  byTenant(): Map<string, number>;
  end(): Promise<void>;
}

interface Entry extends HeldDelivery {
  abort: AbortController;
  heldUntil: number;
}

interface DeliveryLeasesOptions {
  pool: pg.Pool;
  leaseMs: number;
  logger: Logger;
}

/**
 * Keeps the leases of all deliveries that this process is at, in one statement each quarter of a lease. Whether a lease
 * holds is decided by this process's own clock, which also tells that it slept.
 */
export function createDeliveryLeases({ pool, leaseMs, logger }: DeliveryLeasesOptions): DeliveryLeases {
  const entries = new Set<Entry>();

  const renew = async (): Promise<void> => {
    const held = [...entries];
    if (held.length === 0) return;
    const heldUntil = performance.now() + leaseMs;
    try {
      const rows = held.map(({ delivery: { enterpriseNumber, id }, lease }) => ({ enterpriseNumber, id, lease }));
      const renewed = new Set((await renewLeases(pool, rows, leaseMs)).map(({ id, lease }) => `${lease} ${id}`));
      for (const entry of held) if (renewed.has(`${entry.lease} ${entry.delivery.id}`)) entry.heldUntil = heldUntil;
    } catch (error) {
      logger.warn('leases could not be renewed, trying again', { count: held.length, error });
    }
    for (const entry of held) if (!entry.delivery.isHeld()) entry.abort.abort(new Error('lease lost'));
  };

  let renewing: Promise<void> | null = null;
  const timer = setInterval(() => {
    renewing ??= renew().finally(() => (renewing = null));
  }, leaseMs / 4);

  return {
    hold: (claimed, lease, heldUntil) => {
      const abort = new AbortController();
      const isHeld = (): boolean => performance.now() < entry.heldUntil;
      const entry: Entry = { delivery: { ...claimed, isHeld }, lease, signal: abort.signal, abort, heldUntil };
      entries.add(entry);
      return entry;
    },
    release: (held) => {
      for (const entry of entries) if (entry === held) entries.delete(entry);
    },
    size: () => entries.size,
    byTenant: () => {
      const counts = new Map<string, number>();
      for (const { delivery } of entries) {
        counts.set(delivery.enterpriseNumber, (counts.get(delivery.enterpriseNumber) ?? 0) + 1);
      }
      return counts;
    },
    end: async () => {
      clearInterval(timer);
      await renewing;
    },
  };
}

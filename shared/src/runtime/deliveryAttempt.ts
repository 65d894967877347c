import { setTimeout } from 'node:timers/promises';
import type pg from 'pg';
import { settleDeliveries, type BackOff, type Settled, type Settlement, type Verdict } from '../db/settleDeliveries.js';
import type { Delivery, HeldDelivery } from './deliveryLeases.js';
import { gathered } from './gathered.js';
import type { Logger } from './logger.js';
import type { OnAttempt } from './metricsOfDeliveries.js';

/** One attempt. What it throws is a retry with back-off. `signal` is aborted when the lease is lost. */
export type Perform = (delivery: Delivery, signal: AbortSignal) => Promise<Verdict>;

interface DeliveryAttemptOptions {
  pool: pg.Pool;
  target: string;
  perform: Perform;
  backOff: BackOff;
  logger: Logger;
  onAttempt?: OnAttempt | undefined;
}

const SETTLE_AGAIN_MS = 250;

export interface Attempted {
  /** There may be something to claim that could not be claimed before. */
  leavesWork: boolean;
  /** performance.now() before it was recorded. */
  settledAt: number;
}

/** Performs a delivery and records what became of it; never throws. */
export function createDeliveryAttempt({
  pool,
  target,
  perform,
  backOff,
  logger,
  onAttempt,
}: DeliveryAttemptOptions): (held: HeldDelivery) => Promise<Attempted> {
  const settleTogether = gathered((all: readonly Settlement[]) => settleDeliveries(pool, all, backOff, 'skip'));
  const settleOne = async (one: Settlement): Promise<Settled | null> =>
    (await settleTogether(one)) ?? (await settleDeliveries(pool, [one], backOff, 'wait'))[0] ?? null;

  const factsOf = ({ enterpriseNumber, id, attempts }: Delivery): Record<string, unknown> => {
    return { enterprise: enterpriseNumber, target, delivery: id, attempt: attempts };
  };

  const verdictOn = async ({ delivery, signal }: HeldDelivery): Promise<Verdict> => {
    try {
      return await perform(delivery, signal);
    } catch (error) {
      logger.error('delivery failed unexpectedly', { ...factsOf(delivery), error });
      return { kind: 'retry', error: error instanceof Error ? error.message : String(error) };
    }
  };

  const settle = async ({ delivery, lease }: HeldDelivery, verdict: Verdict): Promise<boolean> => {
    for (;;) {
      try {
        const settled = await settleOne({ delivery, lease, verdict });
        if (!settled) logger.warn('lease lost, this outcome is not recorded', factsOf(delivery));
        return settled?.leavesWork ?? true;
      } catch (error) {
        // Not recorded, it would be done again: try for as long as the row is ours.
        if (!delivery.isHeld()) {
          logger.error('outcome could not be recorded, the delivery runs again', { ...factsOf(delivery), error });
          return true;
        }
        await setTimeout(SETTLE_AGAIN_MS);
      }
    }
  };

  return async (held) => {
    const since = performance.now();
    const verdict = await verdictOn(held);
    onAttempt?.(target, verdict.kind, (performance.now() - since) / 1000);
    const settledAt = performance.now();
    return { leavesWork: await settle(held, verdict), settledAt };
  };
}

import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import type { EnterpriseNumber } from '../../contracts/index.js';
import { inTransaction } from '../../db/pool.js';
import { holdTenant, processAgain, whatBecameOf, type LoggedEvent, type Processed } from '../../db/replay.js';
import { rememberForgotten } from '../../db/replayCalls.js';

/** Where an event stands in the log. */
type Place = Pick<LoggedEvent, 'id' | 'stamp'>;

export interface ProcessOptions {
  pool: pg.Pool;
  /** How long the core may do nothing before it is believed away, ms. */
  patienceMs: number;
}

export interface Outcome extends Pick<Processed, 'setAside'> {
  /** Events that the core has processed. */
  done: number;
  /** Events that wait for a core that does nothing; what came after them was left as it was. */
  waiting: number;
  /** Calls that they are of. */
  calls: Set<string>;
}

/** Leaves room in the core's step for what comes in meanwhile. */
export const BATCH_EVENTS = 250;

const LOOK_EVERY_MS = 100;

/**
 * Gives the core batch after batch, the next one when the last is processed: live events of the tenant never wait behind
 * more than one. Whatever ends it, what was given is processed, and a repetition does no harm.
 *
 * @param give makes a batch unprocessed, in a transaction that keeps the tenant from being folded
 */
export async function processed<B>(
  { pool, patienceMs }: ProcessOptions,
  enterprise: EnterpriseNumber,
  batches: readonly B[],
  give: (client: pg.PoolClient, batch: B) => Promise<Place[]>,
): Promise<Outcome> {
  const outcome: Outcome = { done: 0, waiting: 0, setAside: [], calls: new Set() };
  for (const batch of batches) {
    const places = await inTransaction(pool, async (client) => {
      await holdTenant(client, enterprise);
      return give(client, batch);
    });
    const { waiting, setAside, calls } = await settled(pool, enterprise, places, patienceMs);
    outcome.done += places.length - waiting - setAside.length;
    outcome.waiting = waiting;
    outcome.setAside.push(...setAside);
    for (const call of calls) outcome.calls.add(call);
    if (waiting > 0) break;
  }
  return outcome;
}

/** Events that are in the log: forgotten calls of theirs are remembered first, so that they are not told anew. */
export async function giveAgain(
  client: pg.PoolClient,
  enterprise: EnterpriseNumber,
  batch: LoggedEvent[],
): Promise<Place[]> {
  await rememberForgotten(client, enterprise, callsOf(batch));
  await processAgain(client, enterprise, batch);
  return batch;
}

export const callsOf = (events: readonly LoggedEvent[]): string[] => [
  ...new Set(events.flatMap(({ call_uuid: call }) => (call === null ? [] : [call]))),
];

async function settled(
  pool: pg.Pool,
  enterprise: EnterpriseNumber,
  places: readonly Place[],
  patienceMs: number,
): Promise<Processed> {
  let least = Infinity;
  let since = performance.now();
  for (;;) {
    const now = await whatBecameOf(pool, enterprise, places);
    if (now.waiting < least) {
      least = now.waiting;
      since = performance.now();
    }
    if (now.waiting === 0 || performance.now() - since > patienceMs) return now;
    await pause(LOOK_EVERY_MS);
  }
}

import { setAside, tenantsWithWork, unprocessedEvents } from '@live-calls/shared/db';
import type { EnterpriseNumber } from '@live-calls/shared/contracts';
import type { Logger } from '@live-calls/shared/runtime';
import type { Tenant } from '../tenants/tenant.js';
import { TooMuchEffort } from './fold/effort.js';
import { isDataError } from './isDataError.js';
import { step, type StepDone, type StepOptions } from './step.js';

export interface Processor {
  /** Events of these tenants were stored. */
  wake(enterpriseNumbers: Iterable<string>): void;
  /** Begins no more steps; resolves when those begun are committed or rolled back. */
  stop(): Promise<void>;
}

interface ProcessorOptions extends StepOptions {
  tenants: { byNumber(number: string): Tenant | undefined };
  logger: Logger;
  /** After each commit, with the calls that changed. */
  onChanged: (tenant: Tenant, done: StepDone) => void;
  /** Tenants folded at the same time. */
  concurrency?: number;
  /** How late work is found of which nobody told. */
  pollMs?: number;
}

const BATCH = 500;

/** A fold keeps all other tenants waiting: a tenant whose folds are slow gets a quarter of the time at most. */
const SLOW_FOLD_MS = 250;
const REST_TIMES = 3;

/** After events that would have taken seconds. */
const LONG_REST_MS = 10_000;

/** Another process is at the tenant: it has probably seen our hint, the poll will tell. */
const BUSY_RETRY_MS = 150;

/** Keeps every tenant's events processed, in order, tenants side by side. Polling is the truth, `wake` a hint. */
export function createProcessor(options: ProcessorOptions): Processor {
  const { pool, tenants, logger, onChanged, concurrency = 6, pollMs = 1_000 } = options;
  const waiting = new Set<string>();
  const running = new Map<string, Promise<void>>();
  const again = new Set<string>();
  const resting = new Set<string>();
  let stopping = false;
  let polling: Promise<void> | undefined;

  function wake(numbers: Iterable<string>): void {
    for (const number of numbers) (running.has(number) ? again : waiting).add(number);
    begin();
  }

  function begin(): void {
    for (const number of waiting) {
      if (stopping || running.size >= concurrency) return;
      if (resting.has(number)) continue;
      waiting.delete(number);
      running.set(
        number,
        process(number).finally(() => end(number)),
      );
    }
  }

  function end(number: string): void {
    running.delete(number);
    if (again.delete(number)) waiting.add(number);
    begin();
  }

  /** The others come first for a while. */
  function rest(number: string, ms: number): void {
    resting.add(number);
    setTimeout(() => {
      resting.delete(number);
      begin();
    }, ms).unref();
  }

  async function process(number: string): Promise<void> {
    const tenant = tenants.byNumber(number);
    if (!tenant) {
      logger.error('events of an enterprise that is gone stay unprocessed', { enterprise: number });
      return;
    }
    try {
      let limit = BATCH;
      while (!stopping && limit > 0) {
        limit = await advance(tenant, limit);
        // A backlog of one tenant must not keep the others waiting until it is gone: it goes to the end of the queue.
        if (limit === BATCH && waiting.size > 0) {
          again.add(number);
          return;
        }
      }
    } catch (error) {
      logger.error('step failed, it is tried again', { enterprise: number, error });
    }
  }

  /** One step. @returns how many events the next one should take; 0: there is nothing more to do now */
  async function advance(tenant: Tenant, limit: number): Promise<number> {
    const result = await step(options, tenant, limit).catch((error: unknown) => {
      if (error instanceof TooMuchEffort) return { kind: 'tooMuch' as const, error };
      if (!isDataError(error)) throw error;
      return { kind: 'spoilt' as const, error };
    });
    switch (result.kind) {
      case 'busy':
        setTimeout(() => {
          wake([tenant.number]);
        }, BUSY_RETRY_MS).unref();
        return 0;
      case 'spoilt':
        // One event spoils the batch: halve it until the event is alone, and go on without it.
        if (limit > 1) return Math.ceil(limit / 2);
        return (await putAside(tenant.number, 1, result.error)) ? BATCH : 0;
      case 'tooMuch':
        // No single event is to blame: those that have brought it about go together.
        await putAside(tenant.number, limit, result.error);
        rest(tenant.number, LONG_REST_MS);
        again.add(tenant.number);
        return 0;
      case 'done':
        if (result.shown.length > 0) onChanged(tenant, result);
        if (result.foldMs > SLOW_FOLD_MS) {
          rest(tenant.number, REST_TIMES * result.foldMs);
          if (result.more) again.add(tenant.number);
          return 0;
        }
        return result.more ? BATCH : 0;
    }
  }

  /** @returns whether events were set aside; false when it is not the events' fault */
  async function putAside(number: EnterpriseNumber, count: number, error: unknown): Promise<boolean> {
    const events = await unprocessedEvents(pool, number, count);
    const [event] = events;
    const reason = error instanceof Error ? error.message : String(error);
    logger.error('events set aside, their tenant goes on without them', {
      enterprise: number,
      events: events.length,
      event: event?.id,
      uniqueId: event?.unique_id,
      reason,
    });
    if (!event) return false;
    await setAside(pool, number, events, reason);
    return true;
  }

  async function poll(): Promise<void> {
    try {
      wake(await tenantsWithWork(pool));
    } catch (error) {
      logger.warn('looking for unprocessed events failed, trying again', { error });
    }
  }

  const timer = setInterval(() => {
    polling ??= poll().finally(() => {
      polling = undefined;
    });
  }, pollMs);

  return {
    wake,
    async stop() {
      stopping = true;
      clearInterval(timer);
      waiting.clear();
      await polling;
      await Promise.all(running.values());
    },
  };
}

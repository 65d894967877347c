import { setAside, tenantsWithWork, type StoredEvent } from '@live-calls/shared/db';
import type { Logger } from '@live-calls/shared/runtime';
import type { Tenant } from '../tenants/tenant.js';
import { TooMuchEffort } from './fold/effort.js';
import { isDataError } from './isDataError.js';
import { createTenantQueue, type Group } from './tenantQueue.js';
import { steps, type StepDone, type StepOptions, type StepResult, type Turn } from './steps.js';

export interface Processor {
  /** Events of these tenants were stored. */
  wake(enterpriseNumbers: Iterable<string>): void;
  /** Begins no more steps; resolves when those begun are committed or rolled back. */
  stop(): Promise<void>;
}

interface ProcessorOptions extends Omit<StepOptions, 'onTaken'> {
  tenants: { byNumber(number: string): Tenant | undefined };
  logger: Logger;
  /** After each commit, with the calls that changed. */
  onChanged: (tenant: Tenant, done: StepDone) => void;
  /** Transactions at the same time, each of which folds what then waits. */
  concurrency?: number;
  /** How late work is found of which nobody told. */
  pollMs?: number;
}

const BATCH = 500;

/** Most tenants in one transaction, and most events of each: their steps are committed when the last of them is done. */
const MOST_TOGETHER = 25;
const BATCH_TOGETHER = 40;

/** Of a tenant's step; with more to read and to fold, the others would wait for it. */
const MOST_RELATED_TOGETHER = 1_000;

/** A fold keeps all other tenants waiting: a tenant whose folds are slow gets a quarter of the time at most. */
const SLOW_FOLD_MS = 250;
const REST_TIMES = 3;

/** After events that would have taken seconds. */
const LONG_REST_MS = 10_000;

/** Another process is at the tenant: it has probably seen our hint, the poll will tell. */
const BUSY_RETRY_MS = 150;

/** The events of each tenant's step. */
type Taken = Map<string, readonly StoredEvent[]>;

/** Keeps every tenant's events processed, in order, tenants side by side. Polling is the truth, `wake` a hint. */
export function createProcessor(options: ProcessorOptions): Processor {
  const { pool, tenants, logger, onChanged, concurrency = 3, pollMs = 1_000 } = options;
  const queue = createTenantQueue({ most: MOST_TOGETHER, mostAlone: Math.max(1, concurrency - 1), onRested: begin });
  const transactions = new Set<Promise<void>>();
  let stopping = false;
  let polling: Promise<void> | undefined;

  function wake(numbers: Iterable<string>): void {
    queue.add(numbers);
    begin();
  }

  function begin(): void {
    while (!stopping && transactions.size < concurrency) {
      const group = queue.next();
      if (!group) return;
      const transaction = advance(group).finally(() => {
        transactions.delete(transaction);
        queue.over(group);
        begin();
      });
      transactions.add(transaction);
    }
  }

  /** A step of each tenant of the group. */
  async function advance({ numbers, aloneWith }: Group): Promise<void> {
    try {
      const limit = aloneWith ?? (numbers.length > 1 ? BATCH_TOGETHER : BATCH);
      const turns = numbers.flatMap((number): Turn[] => {
        const tenant = tenants.byNumber(number);
        if (tenant) return [{ tenant, limit }];
        logger.error('events of an enterprise that is gone stay unprocessed', { enterprise: number });
        return [];
      });
      if (turns.length === 0) return;
      const taken: Taken = new Map();
      const onTaken: StepOptions['onTaken'] = ({ number }, events) => void taken.set(number, events);
      const results = await steps({ ...options, onTaken }, turns).catch((error: unknown) =>
        giveUp(turns, taken, error),
      );
      turns.forEach(({ tenant }, place) => {
        const result = results[place];
        if (result) goOn(tenant, result);
      });
    } catch (error) {
      logger.error('step failed, it is tried again', { enterprise: numbers.join(' '), error });
    }
  }

  function goOn(tenant: Tenant, result: StepResult): void {
    const { number } = tenant;
    if (result.kind === 'busy') {
      setTimeout(() => wake([number]), BUSY_RETRY_MS).unref();
      return;
    }
    queue.admit(number);
    if (result.shown.length > 0) tell(tenant, result);
    if (result.related > MOST_RELATED_TOGETHER) queue.setApart(number, BATCH);
    if (result.foldMs > SLOW_FOLD_MS) {
      queue.rest(number, REST_TIMES * result.foldMs);
      queue.setApart(number, BATCH);
    }
    if (result.more) comeAgain(number, BATCH);
  }

  /** The others of its group are to be told all the same. */
  function tell(tenant: Tenant, result: StepDone): void {
    try {
      onChanged(tenant, result);
    } catch (error) {
      logger.error('what follows a step is found by the polls only', { enterprise: tenant.number, error });
    }
  }

  /** The tenant has more to do, by itself. */
  function comeAgain(number: string, limit: number): void {
    queue.setApart(number, limit);
    queue.add([number]);
  }

  /** Nothing was done. One of them is to blame, and shows when it is by itself. */
  async function giveUp(turns: readonly Turn[], taken: Taken, error: unknown): Promise<[]> {
    const [turn] = turns;
    if (turn && turns.length === 1) await giveUpOne(turn, taken.get(turn.tenant.number) ?? [], error);
    else {
      logger.warn('steps failed together, each is tried by itself', { enterprises: turns.length, error });
      for (const { tenant } of turns) comeAgain(tenant.number, BATCH);
    }
    return [];
  }

  async function giveUpOne(
    { tenant: { number }, limit }: Turn,
    events: readonly StoredEvent[],
    error: unknown,
  ): Promise<void> {
    if (error instanceof TooMuchEffort) {
      // No single event is to blame: those that have brought it about go together.
      await putAside(number, events, error);
      queue.rest(number, LONG_REST_MS);
      comeAgain(number, BATCH);
    } else if (!isDataError(error)) {
      logger.error('step failed, it is tried again', { enterprise: number, error });
    } else if (limit > 1) {
      // One event spoils the batch: halve it until the event is alone, and go on without it.
      comeAgain(number, Math.ceil(limit / 2));
    } else if (await putAside(number, events, error)) comeAgain(number, BATCH);
  }

  /**
   * Those that the step took, not those that are the oldest now: another process may be past them.
   *
   * @returns whether there were any
   */
  async function putAside(number: Tenant['number'], events: readonly StoredEvent[], error: unknown): Promise<boolean> {
    const [event] = events;
    if (!event) {
      logger.error('step failed, it is tried again', { enterprise: number, error });
      return false;
    }
    const reason = error instanceof Error ? error.message : String(error);
    logger.error('events set aside, their tenant goes on without them', {
      enterprise: number,
      events: events.length,
      event: event.id,
      uniqueId: event.unique_id,
      reason,
    });
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
      queue.clear();
      await polling;
      await Promise.all(transactions);
    },
  };
}

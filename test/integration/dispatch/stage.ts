import type { DispatchedEvent } from '@live-calls/shared/contracts';
import type { DeliveryWorker } from '@live-calls/shared/runtime';
import { createDispatchWorker } from '../../../services/core/src/dispatch/worker.js';
import { createGateway } from '../../../services/core/src/gateway/gateway.js';
import type { Tenant } from '../../../services/core/src/tenants/tenant.js';
import type { FixtureEvent } from '../../fixtures/fixtures.js';
import { createTestDatabase, type TestDatabase } from '../../harness/database.js';
import { PATIENCE_MS } from '../../harness/patience.js';
import { until } from '../../harness/until.js';
import { createStage as createCalls, type Stage as Calls } from '../calls/stage.js';
import { createHeardLogger, type HeardLogger } from '../notify/heardLogger.js';
import { startGatewayStandIn, type GatewayStandIn } from './gatewayStandIn.js';

/** Tenants whose calls are handed on to a gateway, by workers that end with the stage. */
export interface Stage {
  database: TestDatabase;
  gateway: GatewayStandIn;
  log: HeardLogger;
  addTenant(known?: Partial<Tenant>): Promise<Calls>;
  /** Starts a worker; several may run. */
  work(options?: WorkOptions): DeliveryWorker;
  /** Brings forward what waits, instead of waiting for it. */
  makeDue(): Promise<void>;
  /** Resolves when nothing is owed any more, whatever had to wait for its time. */
  settled(): Promise<void>;
  deliveries(): Promise<{ dedupe_key: string; state: string; attempts: number; last_error: string | null }[]>;
  end(): Promise<void>;
}

interface WorkOptions {
  url?: string;
  token?: string;
  publicUrl?: string;
  tryEveryMs?: number;
  /** Short only where nobody answers. */
  timeoutMs?: number;
}

const isOpen = ({ state }: { state: string }): boolean => state === 'pending' || state === 'running';

export async function createStage(): Promise<Stage> {
  const [database, gateway] = await Promise.all([createTestDatabase(), startGatewayStandIn()]);
  const log = createHeardLogger();
  const workers: DeliveryWorker[] = [];
  const tenants = new Map<string, Tenant>();
  const wake = (): void => workers.forEach((worker) => worker.wake());
  const stage: Stage = {
    database,
    gateway,
    log,
    addTenant: async (known = {}) => {
      const crms: Tenant['crms'] = ['retailcrm'];
      const calls = await createCalls({ database, known: { crms, ...known }, onDone: wake });
      tenants.set(calls.known.number, calls.known);
      return calls;
    },
    work: ({ url = gateway.url, token, publicUrl, tryEveryMs = 50, timeoutMs = PATIENCE_MS } = {}) => {
      const worker = createDispatchWorker({
        pool: database.pool,
        tenants: { byNumber: (number) => tenants.get(number) },
        gateway: createGateway({ url, token }),
        logger: log.logger,
        publicUrl,
        timeoutMs,
        tryEveryMs,
      });
      workers.push(worker);
      return worker;
    },
    makeDue: async () => {
      await database.pool.query(
        `update deliveries set run_at = now() where state = 'pending' and target = 'dispatch' and run_at > now()`,
      );
      wake();
    },
    settled: () =>
      until('nothing is owed', async () => {
        await stage.makeDue();
        return !(await stage.deliveries()).some(isOpen);
      }),
    deliveries: async () => {
      const { rows } = await database.pool.query<{
        dedupe_key: string;
        state: string;
        attempts: number;
        last_error: string | null;
      }>(`select dedupe_key, state, attempts, last_error from deliveries where target = 'dispatch' order by id`);
      return rows;
    },
    end: async () => {
      // First the gateway: a request that hangs there would hold a worker up.
      await gateway.close();
      await Promise.all(workers.map((worker) => worker.stop()));
      await database.drop();
    },
  };
  return stage;
}

/** One event after the other, each folded before the next one comes. */
export async function live(calls: Calls, events: FixtureEvent[]): Promise<void> {
  for (const event of events) await together(calls, [event]);
}

/** Events that are folded at once. */
export async function together(calls: Calls, events: FixtureEvent[]): Promise<void> {
  await calls.store(events);
  await calls.fold(Math.max(...events.map((event) => event.offset_ms)));
}

/** In short: `dial 150,151`, `answer 150`, `hangup`. */
export function inShort({ event_type: type, call }: DispatchedEvent): string {
  if (type === 'dial') return `dial ${call?.ringing.toSorted().join(',') ?? ''}`;
  return type === 'answer' ? `answer ${call?.talked.at(-1) ?? ''}` : type;
}

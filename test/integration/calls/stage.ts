import { appendEvents } from '@live-calls/shared/db';
import { EnterpriseNumber, Token } from '@live-calls/shared/contracts';
import { createProcessor, type Processor } from '../../../services/core/src/calls/processor.js';
import { steps, type StepDone, type StepResult } from '../../../services/core/src/calls/steps.js';
import type { Tenant } from '../../../services/core/src/tenants/tenant.js';
import type { FixtureEvent } from '../../fixtures/fixtures.js';
import { createTestDatabase, type TestDatabase } from '../../harness/database.js';
import { silentLogger } from '../../harness/silentLogger.js';
import { addTenant, type TestTenant } from '../../harness/tenant.js';

export interface Stage {
  database: TestDatabase;
  tenant: TestTenant;
  /** The same, as the core knows it. */
  known: Tenant;
  /** Stores events as received `at` ms after the stage's begin. */
  store(events: FixtureEvent[], source?: 'live' | 'recovery'): Promise<void>;
  /** Folds everything that is stored, as if `laterMs` had passed since the stage's begin. */
  fold(laterMs?: number): Promise<void>;
  /** One step, now. */
  step(): Promise<StepResult>;
  /** The processor, which steps by itself; to be stopped by the test. */
  process(): Processor;
  rows<Row>(sql: string): Promise<Row[]>;
  /** What the first subscriber's chat should show: kind and text of each message, oldest call first. */
  wanted(): Promise<{ wanted_kind: string; wanted_text: string }[]>;
}

interface StageOptions {
  /** Default: one of its own. */
  database?: TestDatabase;
  known?: Partial<Tenant>;
  /** Of the stage, ms. Default: now. */
  begin?: number;
  nameWaitMs?: (tenant: Tenant, phone: string) => number;
  /** After each step's commit. */
  onDone?: (tenant: Tenant, done: StepDone) => void;
}

/** The step by itself on a real database: no core, no Telegram, and time as the test wants it. */
export async function createStage(given: StageOptions = {}): Promise<Stage> {
  const { onDone = () => undefined, nameWaitMs = () => 0, begin = Date.now() } = given;
  const database = given.database ?? (await createTestDatabase());
  const testTenant = await addTenant(database.pool);
  const tenant: Tenant = {
    number: EnterpriseNumber.parse(testTenant.number),
    name: 'test',
    token: Token.parse(testTenant.token),
    timezone: 'Europe/Minsk',
    country: 'BY',
    recordingsUrl: null,
    debugLog: false,
    active: true,
    crms: [],
    primaryCrm: null,
    managers: new Map(),
    lines: new Map(),
    ...given.known,
  };
  const text = (value: unknown): string => (typeof value === 'string' ? value : '');
  const rows = async <Row>(sql: string): Promise<Row[]> => {
    const { rows: found } = await database.pool.query(sql.replaceAll('$tenant', `'${testTenant.number}'`));
    return found as Row[];
  };
  const options = { pool: database.pool, publicUrl: undefined, nameWaitMs };
  return {
    database,
    tenant: testTenant,
    known: tenant,
    async store(events, source = 'live') {
      const ids = await appendEvents(
        database.pool,
        events.map(({ event, offset_ms, body }) => ({
          enterpriseNumber: tenant.number,
          uniqueId: text(body['UniqueId']),
          bridgeId: text(body['BridgeUniqueid']),
          eventType: event,
          at: new Date(begin + offset_ms),
          body: JSON.stringify(body),
        })),
        { timeoutMs: 5_000 },
      );
      await database.pool.query('update call_events set data_source = $1 where id = any ($2)', [source, ids]);
    },
    async fold(laterMs = 0) {
      const now = (): Date => new Date(begin + laterMs);
      for (;;) {
        const result = (await steps({ ...options, now }, [{ tenant, limit: 500 }]))[0];
        if (result?.kind === 'done') onDone(tenant, result);
        if (result?.kind === 'done' && !result.more) return;
      }
    },
    step: async () =>
      (await steps({ ...options, now: () => new Date() }, [{ tenant, limit: 500 }]))[0] ?? { kind: 'busy' },
    process: () =>
      createProcessor({
        ...options,
        now: () => new Date(),
        tenants: { byNumber: () => tenant },
        logger: silentLogger(),
        onChanged: onDone,
      }),
    rows,
    wanted: () =>
      rows(`select m.wanted_kind, m.wanted_text from telegram_messages m
            join tracked_calls c on c.enterprise_number = m.enterprise_number and c.uuid = m.call_uuid
            where m.enterprise_number = $tenant
              and m.subscriber_id = (select min(id) from telegram_users where enterprise_number = $tenant)
            order by c.started_at`),
  };
}

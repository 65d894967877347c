import type { Processor } from '../../../services/core/src/calls/processor.js';
import { createProcessor } from '../../../services/core/src/calls/processor.js';
import type { Tenant } from '../../../services/core/src/tenants/tenant.js';
import { readCommand } from '../../../shared/src/operate/replay/command.js';
import { replay } from '../../../shared/src/operate/replay/replay.js';
import { liveFixtures, type FixtureEvent } from '../../fixtures/fixtures.js';
import { createTestDatabase, type TestDatabase } from '../../harness/database.js';
import { silentLogger } from '../../harness/silentLogger.js';
import { createStage as createCalls, type Stage as Calls } from '../calls/stage.js';

export interface Stage {
  database: TestDatabase;
  addTenant(known?: Partial<Tenant>): Promise<Calls>;
  /** A core that processes what is stored; ends with the stage. */
  startCore(): Processor;
  /** `npm run replay` with these words. */
  replay(...words: string[]): Promise<{ isDone: boolean; output: string }>;
  end(): Promise<void>;
}

/** A core that does nothing is believed away after so long, ms. */
const PATIENCE_MS = 10_000;

export async function createStage(patienceMs = PATIENCE_MS): Promise<Stage> {
  const database = await createTestDatabase();
  const { pool } = database;
  const tenants = new Map<string, Tenant>();
  const cores: Processor[] = [];
  return {
    database,
    addTenant: async (known = {}) => {
      const calls = await createCalls({ database, known });
      tenants.set(calls.known.number, calls.known);
      return calls;
    },
    startCore: () => {
      const core = createProcessor({
        pool,
        publicUrl: undefined,
        now: () => new Date(),
        tenants: { byNumber: (number) => tenants.get(number) },
        logger: silentLogger(),
        onChanged: () => undefined,
        pollMs: 50,
      });
      cores.push(core);
      return core;
    },
    replay: async (...words) => {
      const command = readCommand(words);
      if (command === 'help') throw new Error('help was asked for');
      const lines: string[] = [];
      const isDone = await replay(command, { pool, patienceMs, print: (text) => lines.push(text) });
      return { isDone, output: lines.join('\n') };
    },
    end: async () => {
      await Promise.all(cores.map((core) => core.stop()));
      await database.drop();
    },
  };
}

/** Stores events of some hours ago and folds them: everything about them is over. */
export async function longAgo(calls: Calls, events: FixtureEvent[], hours = 6): Promise<void> {
  await calls.store(events);
  await calls.rows(
    `update call_events set event_timestamp = event_timestamp - interval '${hours} hours'
     where enterprise_number = $tenant and processed_at is null`,
  );
  await calls.fold();
}

export const eventsOf = (name: string): FixtureEvent[] => {
  const found = liveFixtures.find((each) => each.name === name);
  if (!found) throw new Error(`no sequence ${name}`);
  return found.events;
};

/** Everything that a replay must not do twice. */
export const outcomeOf = async (calls: Calls): Promise<unknown> => ({
  calls: await calls.rows(
    `select to_jsonb(c) - 'updated_at' as row from calls c where enterprise_number = $tenant order by uuid`,
  ),
  customers: await calls.rows('select * from customers where enterprise_number = $tenant order by phone_e164'),
  messages: await calls.rows(
    `select to_jsonb(m) - 'updated_at' as row from telegram_messages m where enterprise_number = $tenant order by id`,
  ),
  deliveries: await calls.rows(
    `select dedupe_key, state, revision from deliveries where enterprise_number = $tenant order by id`,
  ),
});

/** What is remembered of the calls. */
export const trackedOf = (calls: Calls): Promise<unknown[]> =>
  calls.rows(`select uuid, anchor, view, phone, state, counted_as, history from tracked_calls
              where enterprise_number = $tenant and state <> 'retracted' order by uuid`);

export const PERIOD = ['--from', '2001-01-01', '--to', '2100-01-01'] as const;

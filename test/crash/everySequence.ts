import { expect } from 'vitest';
import { liveFixtures } from '../fixtures/fixtures.js';
import { post } from '../harness/host.js';
import { untilSettled } from '../harness/outcome.js';
import type { Service } from '../harness/processes.js';
import type { Stage } from '../harness/stage.js';
import { addTenant, ofTenant } from '../harness/tenant.js';
import { expectTold, type Told } from '../harness/told.js';

interface Posting {
  /** Resolves when every event is acknowledged. */
  posted: Promise<void>;
  /**
   * Waits until nothing is owed, and expects everything to be told and no acknowledged event to be lost.
   *
   * @param deaths Unix milliseconds
   * @returns how many messages death made appear twice
   */
  expectTold(deaths?: readonly number[]): Promise<number>;
}

/** Posts every recorded sequence at once, each as the host of a tenant of its own. */
export async function postEverySequence(
  stage: Stage,
  options: { coreOf: (host: number) => () => string; pace?: number; onAnswer?: (status: number | undefined) => void },
): Promise<Posting> {
  const { pool } = stage.database;
  const hosts = await Promise.all(
    liveFixtures.map(async ({ name, events, expected_calls = [], expected_final_messages: messages }) => {
      const told: Told = { tenant: await addTenant(pool), name, calls: expected_calls, messages };
      return { told, events, ids: [] as number[] };
    }),
  );
  const { coreOf, ...rest } = options;
  const posting = hosts.map(async (host, index) => {
    host.ids = await post(ofTenant(host.told.tenant, host.events), { core: coreOf(index), ...rest });
  });
  return {
    posted: Promise.all(posting).then(() => undefined),
    expectTold: async (deaths) => {
      await untilSettled(
        pool,
        hosts.map(({ told }) => told.tenant),
      );
      let excused = 0;
      for (const { told, ids, events } of hosts) {
        expect(ids, told.name).toHaveLength(events.length);
        excused += await expectTold(stage, { ...told, ids }, deaths);
      }
      return excused;
    },
  };
}

/** As behind a balancer: one event after the other, each to the next core. */
export function inTurn(cores: readonly Service[], first: number): () => string {
  let turn = first;
  return () => {
    turn += 1;
    return cores[turn % cores.length]?.url ?? '';
  };
}

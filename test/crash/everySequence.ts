import type { Fixture } from '../fixtures/fixtures.js';
import { collect } from '../harness/evidence.js';
import { post } from '../harness/host.js';
import { untilSettled } from '../harness/outcome.js';
import type { Service } from '../harness/processes.js';
import { reconcile } from '../harness/reconcile.js';
import type { Stage } from '../harness/stage.js';
import { addTenant, ofTenant } from '../harness/tenant.js';
import { SEQUENCES } from './sequences.js';

interface Posting {
  /** Resolves when every event is acknowledged. */
  posted: Promise<void>;
  /**
   * Waits until nothing is owed, and compares what was acknowledged with what is stored and what chats show.
   *
   * @param deaths Unix milliseconds
   */
  outcome(deaths?: readonly number[]): Promise<SequencesOutcome>;
}

interface SequencesOutcome {
  /** One sentence each; none: everything was stored and told, once. */
  discrepancies: string[];
  /** Messages that death made appear twice. */
  twice: number;
}

interface PostingOptions {
  coreOf: (host: number) => () => string;
  pace?: number;
  onAnswer?: (status: number | undefined) => void;
  /** Every sequence of the form, unless given. */
  sequences?: readonly Fixture[];
}

/** Posts sequences at once, each as the host of a tenant of its own. */
export async function postEverySequence(
  { database: { pool }, emulator }: Stage,
  { sequences = SEQUENCES, coreOf, ...rest }: PostingOptions,
): Promise<Posting> {
  const hosts = await Promise.all(
    sequences.map(async ({ name, events, expected_calls: calls = [], expected_final_messages: messages }) => {
      const tenant = await addTenant(pool);
      return { tenant, name, events, expected: { calls, messages }, acknowledged: [] as number[] };
    }),
  );
  const posting = hosts.map(async (host, index) => {
    host.acknowledged = await post(ofTenant(host.tenant, host.events), { core: coreOf(index), ...rest });
  });
  return {
    posted: Promise.all(posting).then(() => undefined),
    outcome: async (deaths) => {
      await untilSettled(
        pool,
        hosts.map(({ tenant }) => tenant),
      );
      const outcome: SequencesOutcome = { discrepancies: [], twice: 0 };
      for (const host of hosts) {
        const found = reconcile(await collect({ pool, emulator: emulator.url }, host), deaths);
        outcome.discrepancies.push(...found.discrepancies);
        outcome.twice += found.inWindow;
      }
      return outcome;
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

import type pg from 'pg';
import type { ExpectedCall } from '../fixtures/fixtures.js';
import { liveFixtures } from '../fixtures/fixtures.js';
import { copyOf } from '../fixtures/mix.js';
import { clientOf } from '../harness/client.js';
import { collect } from '../harness/evidence.js';
import { post } from '../harness/host.js';
import { untilSettled } from '../harness/outcome.js';
import { reconcile } from '../harness/reconcile.js';
import { addTenant, ofTenant, type TestTenant } from '../harness/tenant.js';
import { until } from '../harness/until.js';

interface Host {
  tenant: TestTenant;
  /** Ids under which its events were acknowledged. */
  ids: number[];
  /** How often an event was not, and was posted again. */
  again: number;
  posted: number;
  calls: ExpectedCall[];
  messages: number;
}

/** What honest hosts posted and what became of it. */
interface HonestOutcome {
  hosts: number;
  posted: number;
  /** Posted again because the core said that it was to come again, or nothing. */
  again: number;
  acknowledged: number;
  /** Of those that were acknowledged. */
  stored: number;
  /** Finished calls: as they must be, and as they are. */
  calls: { expected: number; found: number };
  /** Final messages in all chats: as they must be, and as they stand there. */
  messages: { expected: number; shown: number };
  /** One sentence each. */
  discrepancies: string[];
}

export interface HonestHosts {
  /** Plays all calls. Resolves when the last event is acknowledged. */
  play(): Promise<void>;
  /** Waits until nothing is owed to them, and compares. */
  outcome(): Promise<HonestOutcome>;
}

interface Options {
  pool: pg.Pool;
  core: string;
  /** Address of the emulator that stands for Telegram. */
  telegram: string;
  hosts: number;
  callsEach: number;
  /** How much of the hostile traffic is over, 0 to 1: the calls are spread over it. */
  progress: () => number;
  limitMs: number;
}

/** Enterprises whose hosts behave, among others that do not. */
export async function createHonestHosts(options: Options): Promise<HonestHosts> {
  const { pool, core, telegram, callsEach, progress, limitMs } = options;
  const hosts: Host[] = [];
  for (let index = 0; index < options.hosts; index += 1) {
    hosts.push({ tenant: await addTenant(pool), ids: [], again: 0, posted: 0, calls: [], messages: 0 });
  }

  async function play(host: Host, index: number): Promise<void> {
    for (let call = 0; call < callsEach; call += 1) {
      await until('the next call is due', () => Promise.resolve(progress() >= call / callsEach), limitMs);
      const serial = index * callsEach + call + 1;
      const fixture = liveFixtures[(serial * 7) % liveFixtures.length];
      if (fixture === undefined) throw new Error('no fixtures');
      const copy = copyOf(fixture, serial, serial * 600_000, clientOf(serial), String(20 + (serial % 70)));
      host.posted += copy.events.length;
      host.calls.push(...copy.expected);
      host.messages += fixture.expected_final_messages;
      const onAnswer = (status: number | undefined): void => {
        if (status !== 200) host.again += 1;
      };
      host.ids.push(...(await post(ofTenant(host.tenant, copy.events), { core: () => core, onAnswer })));
    }
  }

  return {
    play: async () => {
      await Promise.all(hosts.map(play));
    },
    outcome: async () => {
      await untilSettled(
        pool,
        hosts.map(({ tenant }) => tenant),
      );
      const collected = await Promise.all(
        hosts.map(async ({ tenant, ids, calls, messages }) =>
          collect(
            { pool, emulator: telegram },
            { tenant, name: `host ${tenant.number}`, expected: { calls, messages }, acknowledged: ids },
          ),
        ),
      );
      const sum = (count: (index: number) => number): number => hosts.reduce((all, _, index) => all + count(index), 0);
      const chats = (index: number): number => hosts[index]?.tenant.chats.length ?? 0;
      return {
        hosts: hosts.length,
        posted: sum((index) => hosts[index]?.posted ?? 0),
        again: sum((index) => hosts[index]?.again ?? 0),
        acknowledged: sum((index) => hosts[index]?.ids.length ?? 0),
        stored: sum((index) => {
          const stored = new Set(collected[index]?.stored.map(({ id }) => id));
          return hosts[index]?.ids.filter((id) => stored.has(id)).length ?? 0;
        }),
        calls: {
          expected: sum((index) => hosts[index]?.calls.length ?? 0),
          found: sum((index) => collected[index]?.calls.length ?? 0),
        },
        messages: {
          expected: sum((index) => (hosts[index]?.messages ?? 0) * chats(index)),
          shown: sum((index) => (collected[index]?.chats ?? []).flatMap(({ messages }) => messages).length),
        },
        discrepancies: collected.flatMap((evidence) => reconcile(evidence).discrepancies),
      };
    },
  };
}

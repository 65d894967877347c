import { liveFixtures, type Fixture } from '../fixtures/fixtures.js';
import { copyOf } from '../fixtures/mix.js';
import { clientOf } from '../harness/client.js';
import { collect } from '../harness/evidence.js';
import { post } from '../harness/host.js';
import { reconcile } from '../harness/reconcile.js';
import type { Suite } from '../harness/suite.js';
import { addTenant, ofTenant } from '../harness/tenant.js';
import { until } from '../harness/until.js';

/** No death may delay anything by more. ms */
const PROMISED_MS = 10_000;

/** Longer than any call takes on a machine that has more to do than it can. ms */
const BROKEN_MS = 60_000;

/** Copies of these calls are unlike those of any test. */
let serial = 5_000;

/**
 * Has a client of a fresh company call and nobody answer, and waits until its chats show the missed call and its CRMs
 * have written it down.
 *
 * @param usualMs how long that took before the death, so that a busy machine is not taken for a broken promise; without
 *   it there was no death
 * @returns how long it took, in ms
 * @throws when a death delayed it by more than 10 s, with what was missing
 */
export async function goesOn(suite: Suite, usualMs?: number): Promise<number> {
  const begun = performance.now();
  serial += 1;
  const { name, expected_final_messages: messages } = MISSED;
  const { events, expected: calls } = copyOf(MISSED, serial, 0, clientOf(serial));
  const tenant = await addTenant(suite.pool, suite.integrations());
  const acknowledged = await post(ofTenant(tenant, events), { core: () => suite.host });
  const posted = { tenant, name: `fresh ${name}`, expected: { calls, messages }, acknowledged, events };
  let missing: string[] = [];
  const isTold = async (): Promise<boolean> => {
    missing = reconcile(await collect(suite, { ...posted, crms: suite.crms })).discrepancies;
    return missing.length === 0;
  };
  const limit = usualMs === undefined ? BROKEN_MS : PROMISED_MS + usualMs;
  await until('a fresh call is shown and written down', isTold, limit - (performance.now() - begun)).catch(
    (error: unknown) => {
      throw new Error(missing.join('\n'), { cause: error });
    },
  );
  return performance.now() - begun;
}

const MISSED = fixtureNamed('incoming_no_greeting_not_answered');

/** @throws when there is no such sequence */
function fixtureNamed(name: string): Fixture {
  const fixture = liveFixtures.find((one) => one.name === name);
  if (!fixture) throw new Error(`the sequence ${name} is missing`);
  return fixture;
}

import { copyOf } from '../fixtures/mix.js';
import { clientOf } from '../harness/client.js';
import { collect } from '../harness/evidence.js';
import { post } from '../harness/host.js';
import { isSettled } from '../harness/outcome.js';
import { PATIENCE_MS } from '../harness/patience.js';
import { reconcile } from '../harness/reconcile.js';
import type { Suite } from '../harness/suite.js';
import { addTenant, ofTenant } from '../harness/tenant.js';
import { until } from '../harness/until.js';
import { fixtureNamed } from './fixtureNamed.js';
import { isFull } from './form.js';

/** Longer than any call takes on a machine that has more to do than it can. ms */
const BROKEN_MS = PATIENCE_MS;

/** No death may delay anything by more; beside other tests nobody can tell a delay from a busy machine. ms */
const PROMISED_MS = isFull() ? 10_000 : BROKEN_MS;

const MISSED = fixtureNamed('incoming_no_greeting_not_answered');

/** Copies of these calls are unlike those of any test. */
let serial = 5_000;

/**
 * Has a client of a fresh company call and nobody answer, and waits until its chats show the missed call and its CRMs
 * have written it down.
 *
 * @param begun when it began or, what matters more, when somebody died; as `performance.now()` tells it
 * @returns how long it took since then, in ms
 * @throws when it took four minutes, with what was missing
 */
export async function goesOn(suite: Suite, begun = performance.now()): Promise<number> {
  serial += 1;
  const { name, expected_final_messages: messages } = MISSED;
  const { events, expected: calls } = copyOf(MISSED, serial, 0, clientOf(serial));
  const tenant = await addTenant(suite.pool, suite.integrations());
  const acknowledged = await post(ofTenant(tenant, events), { core: () => suite.host });
  const posted = { tenant, name: `fresh ${name}`, expected: { calls, messages }, acknowledged, events };
  const discrepancies = async (): Promise<string[]> =>
    reconcile(await collect(suite, { ...posted, crms: suite.crms })).discrepancies;
  // What the CRMs' sandboxes have is much to read, and there is nothing to find before this.
  const isTold = async (): Promise<boolean> =>
    (await isSettled(suite.pool, [tenant])) && (await discrepancies()).length === 0;
  await until('a fresh call is shown and written down', isTold, BROKEN_MS).catch(async (error: unknown) => {
    throw new Error((await discrepancies()).join('\n'), { cause: error });
  });
  return performance.now() - begun;
}

/**
 * How long a fresh call may take after a death: 10 s more than when nobody dies. What took longer than that is compared
 * with what it takes now, so that a machine that has become busy is not taken for a broken promise.
 *
 * @returns milliseconds
 */
export async function allowedMs(suite: Suite, usualMs: number, tookMs: number): Promise<number> {
  if (tookMs < PROMISED_MS + usualMs) return PROMISED_MS + usualMs;
  return PROMISED_MS + Math.max(usualMs, await goesOn(suite));
}

import { copyOf } from '../fixtures/mix.js';
import { clientOf } from '../harness/client.js';
import { collect } from '../harness/evidence.js';
import { post } from '../harness/host.js';
import { untilSettled } from '../harness/outcome.js';
import { reconcile, type Reconciled } from '../harness/reconcile.js';
import type { PartName, Suite } from '../harness/suite.js';
import type { Fate } from '../harness/tap.js';
import { addTenant, ofTenant } from '../harness/tenant.js';
import { until } from '../harness/until.js';
import { fixtureNamed } from './fixtureNamed.js';
import { goesOn } from './goesOn.js';
import { cardsOfLeg, LEG, LEG_RINGS } from './leg.js';
import type { Point } from './points.js';

/** A call that is shown, edited, ended and written down. */
const CALL = fixtureNamed('incoming_no_greeting_answered');
const PACE = 0.15;

/** What shows that it is none comes half a minute after the begin. */
const PACE_OF_LEG = 0.05;

let serial = 0;

export interface KillOutcome extends Reconciled {
  /** From the death until a fresh call was shown and written down, in ms. */
  freshMs: number;
  /** From the death (or the end of the call, if it was later) until nothing was owed, in ms. */
  settledMs: number;
}

interface Death {
  /** Unix milliseconds. */
  at: number;
  /** As `performance.now()` tells it. */
  since: number;
  /** Resolves when whoever died is healthy again. */
  back: Promise<void>;
}

/**
 * Plays a call, kills a part at a point of its course, starts it again and lets everything come to its end.
 *
 * @throws when the point is not reached, or a fresh call never comes to its end
 */
export async function killAt(suite: Suite, victim: PartName, point: Point): Promise<KillOutcome> {
  serial += 1;
  const isOfLeg = point.from === 'leg';
  const played = isOfLeg ? LEG : CALL;
  const { events, expected: calls } = copyOf(played, serial, 0, clientOf(serial));
  const crms = [point.crm];
  const tenant = await addTenant(suite.pool, suite.integrations(crms));
  const told = ofTenant(tenant, events);
  const split = isOfLeg ? LEG_RINGS + 1 : told.findIndex(({ event }) => event === point.from);
  const host = { core: () => suite.host, pace: isOfLeg ? PACE_OF_LEG : PACE };
  const acknowledged = await post(told.slice(0, split), host);
  if (isOfLeg) await until('the card is shown', async () => (await cardsOfLeg(suite, point.crm)) > 0);

  let death: Death | undefined;
  void suite.wire(point.wire).hold(point.passage, async () => {
    await suite.part(victim).kill();
    death = { at: Date.now(), since: performance.now(), back: suite.part(victim).start() };
    return point.fate ?? fateOf(point, victim);
  });
  const fresh = async (): Promise<number> => {
    await until(`${point.step} is reached`, () => Promise.resolve(death !== undefined));
    await death?.back;
    return goesOn(suite, death?.since);
  };
  const begin = told[split]?.offset_ms ?? 0;
  const rest = told.slice(split).map((event) => ({ ...event, offset_ms: event.offset_ms - begin }));
  const settled = async (): Promise<number> => {
    acknowledged.push(...(await post(rest, host)));
    const over = performance.now();
    await until('death has come', () => Promise.resolve(death !== undefined));
    await death?.back;
    await untilSettled(suite.pool, [tenant]);
    return performance.now() - Math.max(over, death?.since ?? 0);
  };
  const [freshMs, settledMs] = await Promise.all([fresh(), settled()]);
  const expected = { calls, messages: played.expected_final_messages };
  const name = `${victim} killed: ${point.step}`;
  const evidence = await collect(suite, { tenant, name, expected, acknowledged, events, crms });
  // Nobody but the core keeps a message's id in memory.
  const excuses = victim === 'core' && death !== undefined ? [death.at] : [];
  const found = reconcile(evidence, excuses);
  if (isOfLeg && (await cardsOfLeg(suite, point.crm)) > 0)
    found.discrepancies.push(`${name}: ${point.crm} still shows the card of what is no call`);
  return { ...found, freshMs, settledMs };
}

/** What a dead process has sent may have been lost with it, what it has not read is; others' bytes go on. */
function fateOf({ wire }: Point, victim: PartName): Fate {
  return wire.split('→').includes(victim) ? 'lost' : 'passed';
}

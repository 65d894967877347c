import type { CallScenario } from './call.js';
import { scenarioFrom } from './scenarioFrom.js';
import { busyColleague } from './table/busyColleague.js';
import { escalation } from './table/escalation.js';
import { followMeCalls } from './table/followMe.js';
import { incoming } from './table/incoming.js';
import { internal } from './table/internal.js';
import { outgoing } from './table/outgoing.js';
import { transfers } from './table/transfers.js';

const byCode = (one: CallScenario, other: CallScenario): number => orderOf(one.code) - orderOf(other.code);

/** `2-18` → 218: codes sort by their numbers. */
const orderOf = (code: string): number => code.split('-').reduce((order, part) => order * 100 + Number(part), 0);

/** The 45 kinds of call that can be played, by code. */
export const scenarios: readonly CallScenario[] = [
  outgoing,
  incoming,
  transfers,
  escalation,
  busyColleague,
  followMeCalls,
  internal,
]
  .flat()
  .map(scenarioFrom)
  .toSorted(byCode);

import type { Enterprise } from '../directory/directory.js';
import type { CallScenario, Expected, Host, TimedEvent } from '../scenarios/call.js';
import { faults as allFaults, type Fault, type FaultStep } from '../scenarios/faults/faults.js';
import { together } from '../scenarios/faults/together.js';
import type { Values } from '../scenarios/fields.js';
import type { Pace } from './run.js';

/** What one host does in a run: its events, one after the other. */
export interface Lane {
  enterprise: string;
  token: string;
  steps: readonly FaultStep[];
  expected: Expected;
  /** Calls whose end nobody learns: what is shown of them stays. */
  neverOver: number;
}

/** A call of a run: who plays it on whose host. */
export interface PlannedCall {
  enterprise: Enterprise;
  values: Values;
}

/** Where ids come from. */
export type Ids = Pick<Host, 'nextChannel' | 'nextBridge'>;

interface Plan {
  scenario: CallScenario;
  calls: readonly PlannedCall[];
  pace: Pace;
  faults: readonly Fault[];
  /** Unix ms. */
  beganAt: number;
  ids: Ids;
}

const LONGEST_GAP_OF_FAST_MS = 250;
/** Calls "at once" begin a little one after the other, as they do in reality. */
const BETWEEN_CALLS_MS = 200;

/** The faults of these codes; undefined where there is none of that code. */
export function faultsOf(codes: readonly string[]): (Fault | undefined)[] {
  return codes.map((code) => allFaults.find((fault) => fault.code === code));
}

/** What each host has to post, and what must come of it. */
export function lanesOf({ scenario, calls, pace, faults, beganAt, ids }: Plan): Lane[] {
  const enterprises = [...new Map(calls.map(({ enterprise }) => [enterprise.number, enterprise])).values()];
  return enterprises.map((enterprise) => {
    const own = calls.filter((call) => call.enterprise.number === enterprise.number);
    const { token, timezone } = enterprise;
    const host: Host = { token, timezone, beganAt, ...ids };
    const events = together(
      own.map(({ values }, index) => {
        const speed = speedOf(pace, (made) => scenario.eventsOf(values, { ...host, ...made }));
        const beginsAfterMs = (index * BETWEEN_CALLS_MS) / speed;
        const begun = { ...host, beganAt: beganAt + beginsAfterMs, pace: speed };
        return { token, beginsAfterMs, events: scenario.eventsOf(values, begun) };
      }),
    ).map(({ event, offset_ms, body }): TimedEvent => ({ event, offset_ms, body }));
    return { enterprise: enterprise.number, token, ...withFaults(expectedOf(scenario, own), events, faults) };
  });
}

function expectedOf(scenario: CallScenario, calls: readonly PlannedCall[]): Expected {
  const each = calls.map(({ values }) => scenario.expectedOf(values));
  return {
    calls: each.flatMap((one) => one.calls),
    finalMessages: each.reduce((sum, { finalMessages }) => sum + finalMessages, 0),
  };
}

/** One fault after the other; a pause of the server is no event, so it comes last. */
function withFaults(
  whole: Expected,
  events: readonly TimedEvent[],
  faults: readonly Fault[],
): Pick<Lane, 'steps' | 'expected' | 'neverOver'> {
  let expected = whole;
  let played = events;
  for (const fault of faults.filter(({ code }) => code !== 'server-pauses')) {
    expected = fault.outlookOf(expected, played).live;
    played = fault.stepsFrom(played).filter(isEvent);
  }
  const pause = faults.find(({ code }) => code === 'server-pauses');
  return {
    steps: pause?.stepsFrom(played) ?? played,
    expected,
    neverOver: whole.finalMessages - expected.finalMessages,
  };
}

export const isEvent = (step: FaultStep): step is TimedEvent => step.event !== 'server_pause';

/** How many times faster than usual, so that the times that hosts write are those of the pace really used. */
function speedOf(pace: Pace, eventsWith: (ids: Ids) => TimedEvent[]): number {
  if (pace === 'once') return Infinity;
  if (pace !== 'fast') return 1;
  const offsets = eventsWith({ nextChannel: () => 0, nextBridge: () => '' }).map(({ offset_ms }) => offset_ms);
  const gaps = offsets.map((offset, index) => offset - (offsets[index - 1] ?? 0));
  return Math.max(1, Math.max(...gaps) / LONGEST_GAP_OF_FAST_MS);
}

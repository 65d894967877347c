import { CRM_FACTS, type Crm, type Integrations } from '@live-calls/shared/contracts';
import { BREAKER, type Standing } from '@live-calls/shared/db';
import type { CrmDelivery } from './crmDelivery.js';
import { brokenSection, deadError, switchedOff, triedForTooLong, type Death } from './wording.js';

/** What is to be done with a delivery whose turn it is. */
export type Permit =
  | { kind: 'go' }
  /** The breaker is open and its time is over: whoever is first tries the CRM out. */
  | { kind: 'probe' }
  | { kind: 'wait'; heldMs: number }
  /** Nobody needs it any more. */
  | { kind: 'done'; note: string }
  /** @param alarm undefined: somebody was alerted already */
  | { kind: 'dead'; error: string; alarm?: Death };

/** Notes of deliveries that were not delivered. */
export const DROPPED = 'dropped';
export const DISABLED = 'disabled';

/** When a CRM is not tried any more. */
export const GIVE_UP = { afterMs: 72 * 3_600_000, attempts: 12 } as const;

/** A prober that died is followed by another after this long: more than an adapter may take for an event. */
export const PROBE_MS = 45_000;

/** How long what is put off during a probe looks away: it may have missed the probe's success. */
const PEEK_MS = 5_000;

/** Nobody looks at the card of a call that rang so long ago. ms */
const CARD_MS = 300_000;

interface Turn {
  crm: Crm;
  delivery: Pick<CrmDelivery, 'event_type'>;
  /** This one included. */
  attempts: number;
  standing: Standing;
  /** Undefined: there is no such enterprise any more. */
  integrations: Integrations | undefined;
}

export function mayGo({ crm, delivery, attempts, standing, integrations }: Turn): Permit {
  if (isOutdated(delivery, standing)) return { kind: 'done', note: DROPPED };
  if (integrations?.enabled.includes(crm) !== true) {
    const problem = integrations?.problems.find(({ section }) => ['', CRM_FACTS[crm].section].includes(section));
    if (problem !== undefined) return dead(brokenSection(crm, problem.problem));
    // A call that was accepted is missing in the CRM: a person decides. A card is not.
    const isMissed = delivery.event_type === 'hangup' || delivery.event_type === 'record';
    return integrations !== undefined && isMissed ? dead(switchedOff(crm)) : { kind: 'done', note: DISABLED };
  }
  // Attached to a call that the CRM does not know it would fail; it lives again with its call.
  if (delivery.event_type === 'record' && standing.hangupError !== null)
    return { kind: 'dead', error: standing.hangupError };
  const { heldMs } = standing;
  const isOpen = standing.failures >= BREAKER.opensAfter;
  if (heldMs === 0) return { kind: isOpen ? 'probe' : 'go' };
  if (isGivenUp(standing, attempts - 1)) return dead(triedForTooLong());
  return { kind: 'wait', heldMs: isOpen && heldMs <= PROBE_MS ? Math.min(heldMs, PEEK_MS) : heldMs };
}

const dead = (alarm: Death): Permit => ({ kind: 'dead', error: deadError(alarm), alarm });

/** A card for a call that is over, taken back or long ago; a card to be taken back that the call's end closes as well. */
export function isOutdated({ event_type: type }: Pick<CrmDelivery, 'event_type'>, standing: Standing): boolean {
  const { isOver, isCancelled, eventAgeMs } = standing;
  if (type === 'cancel') return isOver;
  return (type === 'dial' || type === 'answer') && (isOver || isCancelled || eventAgeMs > CARD_MS);
}

/** @param tries that failed */
export const isGivenUp = ({ owedMs, isDownSince }: Standing, tries: number): boolean =>
  owedMs >= GIVE_UP.afterMs && (tries >= GIVE_UP.attempts || isDownSince);

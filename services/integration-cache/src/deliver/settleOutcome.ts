import type { Crm, CrmOutcome } from '@live-calls/shared/contracts';
import {
  armWaiting,
  giveProbeBack,
  holdBack,
  knowDestination,
  noteAnswer,
  noteFailure,
  noteLimit,
  type Standing,
  type Verdict,
} from '@live-calls/shared/db';
import type { Logger } from '@live-calls/shared/runtime';
import type pg from 'pg';
import type { Enterprise } from '../directory/enterprise.js';
import type { Alert } from './alert.js';
import { GIVE_UP, isGivenUp } from './mayGo.js';
import { deadError, LIMITED_ADVICE, triedForTooLong, WAITING_ADVICE, type Death } from './wording.js';

/** An attempt that brought an outcome. */
export interface Attempted {
  enterprise: Enterprise;
  isProbe: boolean;
  attempts: number;
  /** Before the attempt. */
  standing: Standing;
}

export interface SettleParts {
  pool: pg.Pool;
  crm: Crm;
  logger: Logger;
  alert: Alert;
}

/** Unless the CRM says it. ms */
const LIMITED_MS = 5_000;
/** Whatever a CRM says, it is asked again after an hour. */
const LONGEST_LIMIT_MS = 3_600_000;
/** A CRM that has wanted nothing but fewer requests for so long takes none. */
const LIMITED_ALERT_MS = 600_000;
/** Over this time what waits for the same moment is spread; a probe that failed goes behind the others. */
const SPREAD_MS = 3_000;

/** Draws the conclusions of an outcome: for the destination, for what else waits for it, and for the delivery. */
export function createSettleOutcome({ pool, crm, logger, alert }: SettleParts) {
  const answered = async ({ enterprise: { number }, standing }: Attempted, isOk: boolean): Promise<void> => {
    if (!standing.isKnown) await knowDestination(pool, number, crm);
    if (!(await noteAnswer(pool, number, crm, isOk))) return;
    const waiting = await armWaiting(pool, number, crm);
    logger.info('the CRM answers again', { enterprise: number, crm, waiting });
  };

  const dead = async ({ enterprise }: Attempted, death: Death): Promise<Verdict> => {
    await alert(enterprise, crm, death);
    return { kind: 'dead', error: deadError(death) };
  };

  const unavailable = async (attempted: Attempted, error: string): Promise<Verdict> => {
    const { enterprise, isProbe, standing, attempts } = attempted;
    const { number } = enterprise;
    const heldMs = await noteFailure(pool, number, crm, { error, isProbe });
    if (heldMs !== null) {
      await holdBack(pool, number, crm, { which: 'all', givenUpAfterMs: GIVE_UP.afterMs });
      await alert(enterprise, crm, { error, advice: WAITING_ADVICE });
    }
    if (isGivenUp(standing, attempts)) return dead(attempted, triedForTooLong(error));
    return heldMs === null ? { kind: 'retry', error } : { kind: 'retry', error, delayMs: heldMs + SPREAD_MS };
  };

  const limited = async (attempted: Attempted, error: string, retryAfterMs: number): Promise<Verdict> => {
    const { enterprise, standing } = attempted;
    const { number } = enterprise;
    const told = Math.min(retryAfterMs, LONGEST_LIMIT_MS);
    const { heldMs, sinceMs } = await noteLimit(pool, number, crm, { error, heldMs: told });
    await holdBack(pool, number, crm, { which: 'due', givenUpAfterMs: GIVE_UP.afterMs });
    // Its tries are not counted: time alone ends them.
    if (standing.owedMs >= GIVE_UP.afterMs) return dead(attempted, triedForTooLong(error));
    if (sinceMs >= LIMITED_ALERT_MS) await alert(enterprise, crm, { error, advice: LIMITED_ADVICE });
    return { kind: 'postpone', delayMs: heldMs + Math.random() * SPREAD_MS };
  };

  return async (attempted: Attempted, outcome: CrmOutcome): Promise<Verdict> => {
    if (outcome.outcome === 'done') {
      await answered(attempted, true);
      return outcome.notes.length > 0 ? { kind: 'done', note: outcome.notes.join('; ') } : { kind: 'done' };
    }
    if (outcome.outcome === 'retry') {
      return outcome.kind === 'unavailable'
        ? unavailable(attempted, outcome.error)
        : limited(attempted, outcome.error, outcome.retry_after_ms ?? LIMITED_MS);
    }
    // Unknown: the CRM was not asked, so a probe has told nothing.
    if (outcome.kind !== 'unknown') await answered(attempted, false);
    else if (attempted.isProbe) await giveProbeBack(pool, attempted.enterprise.number, crm);
    return dead(attempted, outcome);
  };
}

import type { CrmOutcome } from '@live-calls/shared/contracts';
import { giveProbeBack, type Verdict } from '@live-calls/shared/db';
import type { AdapterAnswer } from './adapterAnswer.js';
import { DISABLED, isGivenUp } from './mayGo.js';
import type { Presence } from './presence.js';
import { createSettleOutcome, type Attempted, type SettleParts } from './settleOutcome.js';
import { deadError, triedForTooLong } from './wording.js';

const LATE: CrmOutcome = { outcome: 'retry', kind: 'unavailable', error: 'no answer in time' };

const AGAIN_MS = 1_000;
const LONGEST_AGAIN_MS = 300_000;
/** Whatever somebody asked for. */
const LONGEST_WAIT_MS = 3_600_000;

/** Draws the conclusions of whatever an attempt brought; only what a CRM did or did not do counts against the CRM. */
export function createSettleAnswer(parts: SettleParts & { presence: Presence }) {
  const { pool, crm, alert, presence } = parts;
  const settleOutcome = createSettleOutcome(parts);

  const trouble = async (
    { enterprise, standing, attempts }: Attempted,
    reason: string,
    atLeastMs = 0,
  ): Promise<Verdict> => {
    if (!isGivenUp(standing, attempts)) {
      // Sooner than after a failure of the CRM: adapters are restarted within seconds.
      const delayMs = Math.min(AGAIN_MS * 2 ** (attempts - 1), LONGEST_AGAIN_MS);
      return { kind: 'retry', error: reason, delayMs: Math.max(atLeastMs, delayMs) };
    }
    const death = triedForTooLong(reason);
    await alert(enterprise, crm, death);
    return { kind: 'dead', error: deadError(death) };
  };

  return async (attempted: Attempted, answer: AdapterAnswer): Promise<Verdict> => {
    if (answer.kind === 'outcome') return settleOutcome(attempted, answer.outcome);
    if (answer.kind === 'late') return settleOutcome(attempted, LATE);
    // Nothing was learned of the CRM.
    if (attempted.isProbe) await giveProbeBack(pool, attempted.enterprise.number, crm);
    switch (answer.kind) {
      case 'gone':
        return { kind: 'done', note: DISABLED };
      case 'abandoned':
        return { kind: 'postpone', delayMs: 0 };
      case 'away':
        presence.lost(answer.reason);
        return { kind: 'postpone', delayMs: AGAIN_MS * (1 + Math.random()) };
      case 'notYet':
        return trouble(attempted, answer.reason, Math.min(answer.afterMs, LONGEST_WAIT_MS));
      case 'refused':
      case 'lost':
        return trouble(attempted, answer.reason);
    }
  };
}

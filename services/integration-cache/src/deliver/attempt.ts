import { isDeepStrictEqual } from 'node:util';
import type { Crm, CrmCallEvent } from '@live-calls/shared/contracts';
import type { Verdict } from '@live-calls/shared/db';
import type { Delivery } from '@live-calls/shared/runtime';
import type { Directory, Enterprise } from '../directory/enterprise.js';
import type { AdapterAnswer } from './adapterAnswer.js';
import type { AdapterClient } from './adapterClient.js';
import type { CrmDelivery } from './crmDelivery.js';
import { createSettleAnswer } from './settleAnswer.js';
import type { Attempted, SettleParts } from './settleOutcome.js';
import type { Presence } from './presence.js';

export interface AttemptParts extends SettleParts {
  directory: Pick<Directory, 'find'>;
  adapter: AdapterClient;
  presence: Presence;
  /** Aborted when no answer is waited for any more. */
  stopping: AbortSignal;
}

/** What a line about a delivery says first. */
export const factsOf = (crm: Crm, { enterpriseNumber, attempts }: Delivery, payload: CrmDelivery) => ({
  enterprise: enterpriseNumber,
  crm,
  uniqueId: payload.unique_id,
  event: payload.event_type,
  attempt: attempts,
});

/** Hands an event to the adapter and draws the conclusions. */
export function createAttempt(parts: AttemptParts) {
  const { crm, directory, adapter, stopping, logger } = parts;
  const settleAnswer = createSettleAnswer(parts);

  /** Dead of settings that were put right meanwhile, nothing would let it live again. */
  const unlessPutRight = async (answer: AdapterAnswer, { number, config }: Enterprise): Promise<AdapterAnswer> => {
    if (answer.kind !== 'outcome' || answer.outcome.outcome !== 'dead') return answer;
    const { kind, error } = answer.outcome;
    if (kind !== 'configuration' || isDeepStrictEqual((await directory.find(number))?.config, config)) return answer;
    return { kind: 'notYet', reason: error, afterMs: 0 };
  };

  return async (
    delivery: Delivery,
    payload: CrmDelivery,
    attempted: Attempted,
    signal: AbortSignal,
  ): Promise<Verdict> => {
    const event: CrmCallEvent = {
      enterprise_number: delivery.enterpriseNumber,
      event_type: payload.event_type,
      attempt: delivery.attempts,
      origin: payload.origin,
      call: payload.call,
    };
    const begunAt = performance.now();
    const answer = await adapter.post(event, AbortSignal.any([signal, stopping]));
    const ms = Math.round(performance.now() - begunAt);
    // An adapter that is away is told of once, not once a delivery.
    if (answer.kind !== 'away') logger.info('call event', { ...factsOf(crm, delivery, payload), ms, ...told(answer) });
    return settleAnswer(attempted, await unlessPutRight(answer, attempted.enterprise));
  };
}

function told(answer: AdapterAnswer): Record<string, unknown> {
  if (answer.kind === 'outcome') {
    const { outcome } = answer;
    if (outcome.outcome === 'done') return { outcome: 'done', note: outcome.notes.join('; ') || undefined };
    return { outcome: outcome.kind, error: outcome.error };
  }
  return { outcome: answer.kind, error: 'reason' in answer ? answer.reason : undefined };
}

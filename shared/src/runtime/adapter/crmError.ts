import type { CrmOutcome } from '../../contracts/index.js';

type Facts =
  /** @param onlyThis other deliveries need not wait: what is away is not the CRM, or it limits this one thing */
  | { kind: 'unavailable'; onlyThis?: true }
  /** @param retryAfterMs as the CRM said; undefined: it did not say */
  | { kind: 'limited'; retryAfterMs?: number; onlyThis?: true }
  /** @param advice what a person must do, in Russian */
  | { kind: 'configuration' | 'rejected' | 'unknown'; advice: string };

/** Why a CRM did not do what it was asked to; classified once, in the CRM's client. */
export class CrmError extends Error {
  override name = 'CrmError';
  /** An earlier try got no answer: it may have been carried out although this one was not. */
  mayBeDone = false;

  constructor(
    reason: string,
    readonly facts: Facts,
  ) {
    super(reason);
  }

  /** @see CrmOutcome for what the kinds mean */
  outcome(): Exclude<CrmOutcome, { outcome: 'done' }> {
    const { facts, message: error } = this;
    if (facts.kind === 'unavailable')
      return { outcome: 'retry', kind: 'unavailable', error, only_this: facts.onlyThis };
    if (facts.kind === 'limited')
      return {
        outcome: 'retry',
        kind: 'limited',
        error,
        retry_after_ms: facts.retryAfterMs,
        only_this: facts.onlyThis,
      };
    return { outcome: 'dead', kind: facts.kind, error, advice: facts.advice };
  }
}

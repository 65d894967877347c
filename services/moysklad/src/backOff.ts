import { CrmError } from '@live-calls/shared/runtime';

/**
 * MoySklad switches an account off that goes on asking after 200 refusals of a minute (429, or the same failing request).
 * After a refusal nothing is asked for a while, twice as long after each further one.
 */
export interface BackOff {
  /** @throws CrmError the refusal that is not over yet */
  admit(account: string): void;
  refused(account: string, error: CrmError): void;
  answered(account: string): void;
}

interface Pause {
  error: CrmError;
  /** In a row. */
  refusals: number;
  until: number;
}

const FIRST_MS = 1_000;
/** Somebody may be putting a setting right and wait for the calls. */
const LONGEST_MS = { limited: 5 * 60_000, configuration: 30_000 };

/** In memory: what a restart forgets, MoySklad says again. @param now milliseconds */
export function createBackOff(now: () => number): BackOff {
  const pauses = new Map<string, Pause>();
  return {
    admit: (account) => {
      const pause = pauses.get(account);
      if (pause === undefined || pause.until <= now()) return;
      const { facts, message } = pause.error;
      throw facts.kind === 'limited'
        ? new CrmError(message, { kind: 'limited', retryAfterMs: pause.until - now() })
        : pause.error;
    },
    refused: (account, error) => {
      const { facts } = error;
      if (facts.kind !== 'limited' && facts.kind !== 'configuration') return;
      const refusals = (pauses.get(account)?.refusals ?? 0) + 1;
      const longer = Math.min(FIRST_MS * 2 ** (refusals - 1), LONGEST_MS[facts.kind]);
      const told = facts.kind === 'limited' ? (facts.retryAfterMs ?? 0) : 0;
      pauses.set(account, { error, refusals, until: now() + Math.max(longer, told) });
    },
    answered: (account) => void pauses.delete(account),
  };
}

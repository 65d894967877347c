import { setTimeout as pause } from 'node:timers/promises';
import { CrmError } from './crmError.js';
import { NoAnswer, OutOfTime } from './crmHttp.js';

interface QuickTriesOptions {
  /** Whether a request that may have been carried out can be sent again: it changes nothing, or the CRM recognises it. */
  mayRepeat: boolean;
  tries?: number;
  /** No try begins later than this after the first one. */
  budgetMs?: number;
}

const FIRST_PAUSE_MS = 200;
const GROWTH = 3;
/** A CRM that wants a longer pause gets it from the delivery: nobody waits here for it. */
const LONGEST_PAUSE_MS = 3_000;

/**
 * Tries again, after a moment, what failed in a way that passes: nobody answered (but only what was not sent or may be
 * repeated), `unavailable`, or `limited` for a moment.
 *
 * @throws what the last try threw; it says so when an earlier one may have been carried out
 */
export async function withQuickTries<T>(
  attempt: () => Promise<T>,
  { mayRepeat, tries = 3, budgetMs = 15_000 }: QuickTriesOptions,
): Promise<T> {
  const end = performance.now() + budgetMs;
  let isLost = false;
  for (let n = 1; ; n++) {
    try {
      return await attempt();
    } catch (error) {
      const ms = pauseAfter(error, n, mayRepeat);
      if (ms === undefined || n >= tries || performance.now() + ms > end) throw isLost ? afterLost(error) : error;
      isLost ||= error instanceof NoAnswer && error.sent;
      await pause(ms);
    }
  }
}

/** What a try failed with after one that may have been carried out. */
function afterLost(error: unknown): unknown {
  if (error instanceof NoAnswer && !error.sent) return new NoAnswer(error.message, true);
  if (error instanceof CrmError) error.mayBeDone = true;
  return error;
}

/** Milliseconds; undefined: trying again does not help. */
function pauseAfter(error: unknown, n: number, mayRepeat: boolean): number | undefined {
  const usual = FIRST_PAUSE_MS * GROWTH ** (n - 1) * (0.5 + Math.random() / 2);
  if (error instanceof OutOfTime) return undefined;
  if (error instanceof NoAnswer) return error.sent && !mayRepeat ? undefined : usual;
  if (!(error instanceof CrmError)) return undefined;
  if (error.facts.kind === 'unavailable') return usual;
  if (error.facts.kind !== 'limited') return undefined;
  const wanted = error.facts.retryAfterMs ?? usual;
  return wanted <= LONGEST_PAUSE_MS ? Math.max(wanted, usual) : undefined;
}

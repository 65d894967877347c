import type { Answer } from './answer.js';

/**
 * What a source is told that asks too often.
 *
 * @param waitMs until it may again
 */
export const tooMany = (what: string, waitMs: number): Answer => ({
  status: 429,
  body: { detail: `too many ${what}` },
  headers: { 'retry-after': String(Math.ceil(waitMs / 1_000)) },
});

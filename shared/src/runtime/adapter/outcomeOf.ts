import type { CrmOutcome } from '../../contracts/index.js';
import type { Logger } from '../logger.js';
import { CrmError } from './crmError.js';
import { NoAnswer } from './crmHttp.js';

/** What becomes of an event whose handling threw. What nobody expected is logged and tried again. */
export function outcomeOf(error: unknown, logger: Logger): Exclude<CrmOutcome, { outcome: 'done' }> {
  if (error instanceof CrmError) return error.outcome();
  if (error instanceof NoAnswer) return { outcome: 'retry', kind: 'unavailable', error: error.message };
  logger.error('adapter failed', { error });
  return { outcome: 'retry', kind: 'unavailable', error: 'the adapter failed, its log says why' };
}

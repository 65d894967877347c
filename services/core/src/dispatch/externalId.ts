import type { Tracked } from '../calls/tracked.js';
import { isClockWrong } from '../calls/wrongClock.js';

/**
 * By what CRMs are to know a call: the UniqueId that stands for it now. A host with a wrong clock gives the same one
 * again after each boot, so there the second in which the call began, by our clock, is added.
 */
export const externalIdOf = ({ anchor, started_at }: Pick<Tracked, 'anchor' | 'started_at'>): string =>
  isClockWrong(anchor) ? `${anchor}-${Math.floor(started_at.getTime() / 1000)}` : anchor;

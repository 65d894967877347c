export interface BucketOptions {
  /** So many at once after a quiet time. */
  burst: number;
  perSecond: number;
  /** Left to urgent requests. */
  kept: number;
}

/** A budget of requests: so many at once, then so many a second. */
export interface Bucket {
  /**
   * Milliseconds that the request must wait, 0 when it may go. Who must wait gets a slot of its own and keeps it, so that
   * those who wait do not all come back at the same time.
   */
  waitMs(now: number, id: string, urgent: boolean): number;
  take(now: number, id: string): void;
  /** Full and waited for by nobody: it need not be kept. */
  isIdle(now: number): boolean;
}

export function createBucket({ burst, perSecond, kept }: BucketOptions): Bucket {
  const slots = new Map<string, { at: number; urgent: boolean }>();
  const everyMs = 1000 / perSecond;
  let tokens = burst;
  let refilledAt = 0;

  const level = (now: number): number => Math.min(burst, tokens + (now - refilledAt) / everyMs);

  const slotFor = (now: number, id: string, urgent: boolean, freeAt: number): number => {
    let at = freeAt;
    for (const [other, slot] of slots) {
      // Nobody came for it: its message was overtaken by events.
      if (slot.at < now - everyMs) slots.delete(other);
      else if (other === id && slot.urgent === urgent && slot.at > now) return slot.at;
      else if (other !== id && slot.urgent === urgent) at = Math.max(at, slot.at + everyMs);
    }
    slots.set(id, { at, urgent });
    return at;
  };

  return {
    waitMs: (now, id, urgent) => {
      const missing = 1 + (urgent ? 0 : kept) - level(now);
      // Sums of fractions are a little off.
      return missing <= 1e-6 ? 0 : Math.ceil(slotFor(now, id, urgent, now + missing * everyMs) - now);
    },
    take: (now, id) => {
      tokens = level(now) - 1;
      refilledAt = now;
      slots.delete(id);
    },
    isIdle: (now) => level(now) >= burst && [...slots.values()].every((slot) => slot.at < now),
  };
}

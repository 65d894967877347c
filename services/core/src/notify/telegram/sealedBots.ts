import { performance } from 'node:perf_hooks';
import { SecretUnreadable } from '@live-calls/shared/runtime';
import type { Verdict } from '@live-calls/shared/db';
import type { ChatDeliveryDependencies } from './chatDelivery.js';

interface SealedBots {
  /** The token that is stored. @returns a verdict when it cannot be read: the message waits until somebody puts that right */
  open(enterprise: string, stored: string): string | Verdict;
}

/** How often a token that cannot be read is tried, and spoken of. */
const UNREADABLE_MS = 60_000;

export function createSealedBots({
  secrets,
  logger,
}: Pick<ChatDeliveryDependencies, 'secrets' | 'logger'>): SealedBots {
  const complainedAt = new Map<string, number>();
  return {
    open(enterprise, stored) {
      try {
        return secrets.open(stored);
      } catch (error) {
        if (!(error instanceof SecretUnreadable)) throw error;
        const last = complainedAt.get(enterprise);
        if (last === undefined || performance.now() - last >= UNREADABLE_MS) {
          complainedAt.set(enterprise, performance.now());
          logger.error('the bot token cannot be read: give the core its SECRETS_KEY, or enter the token again', {
            enterprise,
            reason: error.message,
          });
        }
        return { kind: 'retry', error: `the bot token cannot be read: ${error.message}`, delayMs: UNREADABLE_MS };
      }
    },
  };
}

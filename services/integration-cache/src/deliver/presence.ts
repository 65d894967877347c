import { setTimeout as pause } from 'node:timers/promises';
import type { Crm } from '@live-calls/shared/contracts';
import type { Logger } from '@live-calls/shared/runtime';
import type { AdapterClient } from './adapterClient.js';

/** Whether an adapter is there, as far as this process knows: while it is not, nothing is tried in vain. */
export interface Presence {
  isAway(): boolean;
  /** It was not reached: from now on it is asked for once a second. */
  lost(reason: string): void;
  close(): Promise<void>;
}

interface PresenceOptions {
  crm: Crm;
  adapter: AdapterClient;
  logger: Logger;
  onBack: () => void;
}

const ASK_EVERY_MS = 1_000;

export function createPresence({ crm, adapter, logger, onBack }: PresenceOptions): Presence {
  const closing = new AbortController();
  let watching: Promise<void> | undefined;

  const watch = async (): Promise<void> => {
    const since = performance.now();
    do {
      await pause(ASK_EVERY_MS, undefined, { signal: closing.signal }).catch(() => undefined);
      if (closing.signal.aborted) return;
    } while (!(await adapter.isThere(closing.signal)));
    logger.info('adapter is back', { crm, awayMs: Math.round(performance.now() - since) });
    watching = undefined;
    onBack();
  };

  return {
    isAway: () => watching !== undefined,
    lost: (reason) => {
      if (watching !== undefined || closing.signal.aborted) return;
      logger.error('adapter is away, its deliveries wait', { crm, reason, advice: `Запустите сервис ${crm}.` });
      watching = watch();
    },
    close: async () => {
      closing.abort();
      await watching;
    },
  };
}

import { listen } from '@live-calls/shared/db';
import type { Logger } from '@live-calls/shared/runtime';

export interface Following {
  /** Reads now. @throws what `read` throws; it is read again soon then */
  read(): Promise<void>;
  close(): Promise<void>;
}

interface FollowOptions {
  /** For a connection of its own that listens for changes. */
  databaseUrl: string;
  logger: Logger;
  /** Longest pause between two readings; up to a fifth is taken off. */
  pollMs: number;
  /** Reads everything; said what is wrong when it throws. */
  read: () => Promise<void>;
}

// An import of enterprises tells of each statement; they are read once it has calmed down a little.
const BURST_MS = 50;
const RETRY_MS = 1_000;

/** Reads at once, when tables change, when the connection that tells of it comes or goes, and from time to time. */
export function followChanges({ databaseUrl, logger, pollMs, read }: FollowOptions): Following {
  let closed = false;
  let nextPoll: NodeJS.Timeout | undefined;
  let burst: NodeJS.Timeout | undefined;
  let polling: Promise<void> = Promise.resolve();

  async function readAndPlan(): Promise<void> {
    try {
      await read();
      // With jitter, so that several of these do not ask at the same moment for ever.
      pollIn(pollMs * (0.8 + 0.2 * Math.random()));
    } catch (error) {
      pollIn(Math.min(pollMs, RETRY_MS));
      throw error;
    }
  }

  function pollIn(pauseMs: number): void {
    clearTimeout(nextPoll);
    if (!closed) nextPoll = setTimeout(poll, pauseMs);
  }

  function poll(): void {
    if (!closed) polling = readAndPlan().catch(() => undefined); // said by `read`, and planned again
  }

  const listening = listen(databaseUrl, {
    channel: 'config_changed',
    onNotify: () => {
      burst ??= setTimeout(() => {
        burst = undefined;
        poll();
      }, BURST_MS);
    },
    onConnect: poll,
    onLoss: (error) => {
      logger.warn('not listening for changes of enterprises', { error });
      poll();
    },
  });
  poll();

  return {
    read: readAndPlan,
    async close() {
      closed = true;
      clearTimeout(burst);
      clearTimeout(nextPoll);
      await Promise.all([listening.close(), polling]);
    },
  };
}

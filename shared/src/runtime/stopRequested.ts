/**
 * Resolves with the reason when this process should end: SIGTERM, SIGINT, or the pm2 that started it is gone (an orphan
 * would hold its port against the next start).
 */
export function stopRequested(): Promise<string> {
  return new Promise((resolve) => {
    for (const reason of ['SIGTERM', 'SIGINT', 'disconnect'] as const) {
      process.on(reason, () => {
        resolve(reason);
      });
    }
  });
}

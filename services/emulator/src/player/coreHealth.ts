const TIMEOUT_MS = 2_000;

/** Asks the core whether it is well. Never rejects. */
export function createCoreHealth(coreUrl: string): () => Promise<boolean> {
  return async () => {
    try {
      const response = await fetch(`${coreUrl}/health`, { signal: AbortSignal.timeout(TIMEOUT_MS) });
      await response.body?.cancel();
      return response.status === 200;
    } catch {
      return false;
    }
  };
}

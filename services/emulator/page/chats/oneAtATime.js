const RETRY_MS = 2000;

/**
 * Runs a task whenever asked, never twice at once: what is asked for meanwhile is done once, afterwards. A task that
 * fails (the service restarts) is tried again.
 */
export function oneAtATime(task) {
  let isRunning = false;
  let isWanted = false;
  return async function run() {
    isWanted = true;
    if (isRunning) return;
    isRunning = true;
    try {
      while (isWanted) {
        isWanted = false;
        await task();
      }
    } catch (error) {
      console.warn(error);
      setTimeout(run, RETRY_MS);
    } finally {
      isRunning = false;
    }
  };
}

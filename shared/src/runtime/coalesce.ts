/** Runs `work` one at a time. Whoever asks while it runs shares the next run, which sees what changed meanwhile. */
export function coalesce(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<unknown> = Promise.resolve();
  let next: Promise<void> | undefined;

  async function runNext(): Promise<void> {
    await running;
    next = undefined;
    const run = work();
    running = run.catch(() => undefined); // whoever asked is told; the next run only waits for it
    await run;
  }

  return () => (next ??= runNext());
}

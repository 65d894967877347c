/** Does jobs in order, so many at a time. Rejects with the first failure. */
export async function inTurn(jobs: readonly (() => Promise<void>)[], atOnce: number): Promise<void> {
  const left = [...jobs];
  const work = async (): Promise<void> => {
    for (let job = left.shift(); job !== undefined; job = left.shift()) await job();
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, jobs.length) }, work));
}

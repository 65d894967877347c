// A clock that was set back further than this was wrong before; a smaller step is NTP correcting it.
const LARGEST_STEP_MS = 60_000;

/** Times of arrival that never run backwards while the system's clock is adjusted, so that they order events. */
export function createArrivalClock(now: () => number = Date.now): () => Date {
  let last = -Infinity;
  return () => {
    const time = now();
    last = time < last && last - time <= LARGEST_STEP_MS ? last : time;
    return new Date(last);
  };
}

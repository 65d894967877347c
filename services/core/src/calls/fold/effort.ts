/** Comparisons that one fold may take: about a second. Twelve hundred calls within half a minute need a quarter of it. */
const MOST = 5_000_000;

/** These events would take a fold too long: no PBX sends the like, and the calls of all others would wait for it. */
export class TooMuchEffort extends Error {
  override name = 'TooMuchEffort';
}

/** What a fold has done so far: the same events take the same effort on any machine. */
export class Effort {
  private left = MOST;

  /** @throws TooMuchEffort when that is more than all calls of a tenant can need */
  spend(comparisons: number): void {
    this.left -= comparisons;
    if (this.left < 0) throw new TooMuchEffort('too many channels, bridges and calls that could belong together');
  }
}

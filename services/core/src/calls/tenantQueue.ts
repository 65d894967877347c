/** Tenants that go together, or one that goes alone. */
export interface Group {
  numbers: readonly string[];
  /** Of one that goes alone: how many events its step is to take. */
  aloneWith: number | undefined;
}

export interface TenantQueue {
  add(numbers: Iterable<string>): void;
  /**
   * Whoever has waited longest, with those that may go together with it. They are under way until `over`; what is added
   * meanwhile waits for that.
   *
   * @returns undefined: there is nobody whom it is the turn of
   */
  next(): Group | undefined;
  over(group: Group): void;
  /** Next time the tenant goes alone, with so many events. */
  setApart(number: string, events: number): void;
  /** The tenant may go together with others again. */
  admit(number: string): void;
  /** The others come first for a while. */
  rest(number: string, ms: number): void;
  clear(): void;
}

interface TenantQueueOptions {
  /** Most tenants in a group. */
  most: number;
  /** Groups of one that goes alone, at the same time: some room is kept for those that do not. */
  mostAlone: number;
  /** Somebody's rest is over. */
  onRested: () => void;
}

/** Whose turn it is: one after the other, together as far as they do not keep each other waiting. */
export function createTenantQueue({ most, mostAlone, onRested }: TenantQueueOptions): TenantQueue {
  const waiting = new Set<string>();
  const underWay = new Set<string>();
  const again = new Set<string>();
  const resting = new Set<string>();
  const apart = new Map<string, number>();
  let alone = 0;

  function choose(): string[] {
    const chosen: string[] = [];
    for (const number of waiting) {
      if (resting.has(number)) continue;
      if (!apart.has(number)) chosen.push(number);
      else if (chosen.length === 0 && alone < mostAlone) return [number];
      if (chosen.length === most) break;
    }
    return chosen;
  }

  return {
    add(numbers) {
      for (const number of numbers) (underWay.has(number) ? again : waiting).add(number);
    },
    next() {
      const numbers = choose();
      const [first] = numbers;
      if (first === undefined) return undefined;
      for (const number of numbers) {
        waiting.delete(number);
        underWay.add(number);
      }
      const aloneWith = apart.get(first);
      if (aloneWith !== undefined) alone += 1;
      return { numbers, aloneWith };
    },
    over({ numbers, aloneWith }) {
      if (aloneWith !== undefined) alone -= 1;
      for (const number of numbers) {
        underWay.delete(number);
        if (again.delete(number)) waiting.add(number);
      }
    },
    setApart(number, events) {
      apart.set(number, events);
    },
    admit(number) {
      apart.delete(number);
    },
    rest(number, ms) {
      resting.add(number);
      setTimeout(() => {
        resting.delete(number);
        onRested();
      }, ms).unref();
    },
    clear() {
      waiting.clear();
    },
  };
}

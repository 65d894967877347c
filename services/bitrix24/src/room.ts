/** Room for so many bytes at once: files are held in memory. */
export interface Room {
  /** Waits until there is room, in the order of asking. */
  within<T>(bytes: number, work: () => Promise<T>): Promise<T>;
}

export function createRoom(bytes: number): Room {
  const waiting: { wanted: number; enter: () => void }[] = [];
  let left = bytes;

  function admit(): void {
    for (let next = waiting[0]; next !== undefined && next.wanted <= left; next = waiting[0]) {
      waiting.shift();
      left -= next.wanted;
      next.enter();
    }
  }

  return {
    within: async (asked, work) => {
      const wanted = Math.min(asked, bytes);
      await new Promise<void>((enter) => {
        waiting.push({ wanted, enter });
        admit();
      });
      try {
        return await work();
      } finally {
        left += wanted;
        admit();
      }
    },
  };
}

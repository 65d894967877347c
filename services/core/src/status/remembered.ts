/** An answer that holds for `ms`: whoever asks meanwhile gets the same one, also while it is being read. */
export function remembered<T>(ms: number, read: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  let until = 0;
  return () => {
    if (answer === undefined || performance.now() >= until) {
      until = performance.now() + ms;
      const asked = read();
      answer = asked;
      // A failure is told to whoever waits for it, and not to the next.
      asked.catch(() => {
        if (answer === asked) answer = undefined;
      });
    }
    return answer;
  };
}

/** A stretch of time, ms since 1970. */
export interface Span {
  from: number;
  to: number;
}

/** Each is a search of its own. */
const MOST_SPANS = 8;

/**
 * The stretches that times lie in: recovered events of a month ago and live ones are two, and nothing in between concerns
 * them. Oldest first; when there would be many, those that are nearest to each other are one.
 *
 * @param gap how far apart two stretches are at least, ms
 */
export function spansOf(times: readonly number[], gap: number): Span[] {
  const spans: Span[] = [];
  for (const time of [...times].sort((one, other) => one - other)) {
    const last = spans.at(-1);
    if (last && time - last.to < gap) last.to = time;
    else spans.push({ from: time, to: time });
  }
  while (spans.length > MOST_SPANS) join(spans);
  return spans;
}

function join(spans: Span[]): void {
  const gaps = spans.slice(1).map((span, place) => span.from - (spans[place]?.to ?? 0));
  const place = gaps.indexOf(Math.min(...gaps));
  const [one, other] = spans.slice(place, place + 2);
  if (one && other) spans.splice(place, 2, { from: one.from, to: other.to });
}

import { digitsOf, readNumber } from '@live-calls/shared/phone';

/** How numbers of one tenant are read. */
export interface Numbering {
  /** ISO 3166-1 alpha-2, e.g. `BY`. */
  country: string;
  /** Rule of a line for callers' numbers, `<prefix>{N}`; null: none. */
  transformOf(line: string): string | null;
}

/** The client's number of a call that comes in on `line`: the line's rule first, then as any number. */
export function readCaller(raw: string, line: string, numbering: Numbering): string {
  const rule = /^(\+?\d*)\{(\d+)\}$/.exec(numbering.transformOf(line) ?? '');
  const digits = digitsOf(raw);
  const keep = Number(rule?.[2] ?? 0);
  if (rule && keep > 0 && digits.length >= keep)
    return readNumber((rule[1] ?? '') + digits.slice(-keep), numbering.country);
  return readNumber(raw, numbering.country);
}

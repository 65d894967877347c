/** One line of the closing summary. */
export interface Finding {
  what: string;
  wanted: string;
  measured: string;
  isMet: boolean;
}

export const atMost = (what: string, limit: number, measured: number, unit: string): Finding => ({
  what,
  wanted: `at most ${limit} ${unit}`.trim(),
  measured: `${round(measured)} ${unit}`.trim(),
  isMet: measured <= limit,
});

export const atLeast = (what: string, limit: number, measured: number, unit = ''): Finding => ({
  what,
  wanted: `at least ${limit} ${unit}`.trim(),
  measured: `${round(measured)} ${unit}`.trim(),
  isMet: measured >= limit,
});

const round = (value: number): string => value.toFixed(Math.abs(value) < 10 ? 2 : 0);

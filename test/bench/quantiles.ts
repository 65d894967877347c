/** Median, 95th and 99th percentile, in whole tenths. */
export function quantiles(values: readonly number[]): [string, string, string] {
  const sorted = values.toSorted((one, other) => one - other);
  const at = (share: number): string => (sorted[Math.ceil(share * sorted.length) - 1] ?? NaN).toFixed(1);
  return [at(0.5), at(0.95), at(0.99)];
}

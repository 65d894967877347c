import type { MetricValues } from '@live-calls/shared/runtime';

/** What the thread that takes events in says to the one that works on them. */
export type ToWork =
  { kind: 'stored'; enterpriseNumbers: readonly string[] } | { kind: 'metrics wanted' } | { kind: 'stop' };

/** What is said back. */
export type FromWork =
  | { kind: 'ready' }
  /** An entry of a log: each file has one writer. */
  | { kind: 'log'; path: string; entry: string }
  | { kind: 'metrics'; values: MetricValues }
  /** The last one. */
  | { kind: 'stopped' };

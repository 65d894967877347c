/** What came of the deaths at one place: a line of the closing table. What was not asked of them is left out. */
export interface CrashRow {
  victim: string;
  step: string;
  deaths: number;
  discrepancies?: number;
  /** Messages that stand twice: sent, but not recorded any more. */
  twice?: number;
  /** Requests to CRMs that may have been carried out, and were reported instead of repeated. */
  reported?: number;
  /** The slowest fresh call right after a death, in ms. */
  goesOnMs?: number;
  /** The longest wait until nothing was owed any more, in ms. */
  settledMs?: number;
}

declare module 'vitest' {
  interface TaskMeta {
    /** Given by a test of deaths, also by one that fails; printed by the reporter of `npm run test:crash`. */
    crash?: CrashRow[];
  }
}

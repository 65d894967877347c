import { basename } from 'node:path';
import { hostLogRows, OperatorError } from '@live-calls/shared/runtime';
import type { RawRow, Recovery } from './recovery.js';
import type { RecoveryReport } from './report.js';

const BATCH_ROWS = 1_000;

/** Recovers hosts' log files, day after day. What cannot be read or stored is said in the report; never throws. */
export async function recoverFiles(recovery: Recovery, files: readonly string[]): Promise<RecoveryReport> {
  const problems: string[] = [];
  let complete = true;
  // Named by their day: the first half of a call is looked at before the second.
  for (const file of files.toSorted((one, other) => (basename(one) < basename(other) ? -1 : 1))) {
    const note = (problem: string): unknown => problems.push(`${basename(file)}: ${problem}`);
    try {
      await recoverFile(recovery, file, note);
    } catch (error) {
      complete = false;
      if (error instanceof OperatorError) {
        problems.push(error.message);
        continue;
      }
      note(`база данных не приняла события (${error instanceof Error ? error.message : String(error)})`);
      break;
    }
  }
  return recovery.report(complete, problems);
}

async function recoverFile(recovery: Recovery, file: string, note: (problem: string) => unknown): Promise<void> {
  let batch: RawRow[] = [];
  for await (const value of hostLogRows(file, note)) {
    batch.push({ place: `${basename(file)}:${String(value['log_rowid'])}`, value });
    if (batch.length < BATCH_ROWS) continue;
    await recovery.take(batch);
    batch = [];
  }
  await recovery.take(batch);
}

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRecovery } from '../../../services/core/src/recovery/recovery.js';
import { recoverFiles } from '../../../services/core/src/recovery/recoverFiles.js';
import type { RecoveryReport } from '../../../services/core/src/recovery/report.js';
import type { FixtureEvent } from '../../fixtures/fixtures.js';
import type { TestDatabase } from '../../harness/database.js';
import { createStage as createCallsStage, type Stage as CallsStage } from '../calls/stage.js';
import { writeHostLog, type LoggedRow } from './hostLogFile.js';

export interface Stage extends CallsStage {
  /** Directory of the host's files. */
  directory: string;
  /** The events, or rows, as this tenant's host sends them. */
  own<T extends FixtureEvent | LoggedRow>(items: T[]): T[];
  /** Recovers files, given by their rows, and folds what they brought. */
  recover(files: Record<string, LoggedRow[]>, options?: { dryRun?: boolean }): Promise<RecoveryReport>;
  recoverFiles(names: string[], options?: { dryRun?: boolean }): Promise<RecoveryReport>;
  end(): Promise<void>;
}

/** Recovery and the step, for a tenant of its own; the files are SQLite. */
export async function createStage(database: TestDatabase): Promise<Stage> {
  const calls = await createCallsStage({ database });
  const { pool } = calls.database;
  const directory = await mkdtemp(join(tmpdir(), 'host-log-'));
  const { token } = calls.tenant;

  async function recover(names: string[], { dryRun = false } = {}): Promise<RecoveryReport> {
    const recovery = createRecovery({ pool, tenant: calls.known, dryRun });
    const report = await recoverFiles(
      recovery,
      names.map((name) => join(directory, name)),
    );
    await calls.fold();
    return report;
  }

  return {
    ...calls,
    directory,
    own: (items) =>
      items.map((item) =>
        'body' in item
          ? { ...item, body: { ...item.body, Token: token } }
          : { ...item, request: typeof item.request === 'string' ? item.request : { ...item.request, Token: token } },
      ),
    async recover(files, options) {
      for (const [name, rows] of Object.entries(files)) await writeHostLog(join(directory, name), rows);
      return recover(Object.keys(files), options);
    },
    recoverFiles: recover,
    end: () => rm(directory, { recursive: true }),
  };
}

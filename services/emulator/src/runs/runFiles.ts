import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { summaryOf, type Run, type RunSummary } from './run.js';

/** Finished runs as files, each whole or not at all. */
export interface RunFiles {
  save(run: Run): Promise<void>;
  /** Undefined when there is none, or it cannot be read. */
  load(runId: string): Promise<Run | undefined>;
  /** Newest first; those that cannot be read are left out. */
  summaries(): Promise<RunSummary[]>;
}

/** Sorts by time. */
const RUN_ID = /^\d{8}T\d{9}-[0-9a-f]{8}$/;

const isRunId = (id: string): boolean => RUN_ID.test(id);

/** @param random eight hexadecimal digits */
export function newRunId(at: Date, random: string): string {
  return `${at.toISOString().replaceAll(/[-:.Z]/g, '')}-${random}`;
}

/** @param keep so many of the last ones stay */
export function createRunFiles(directory: string, keep = 200): RunFiles {
  const pathOf = (runId: string): string => join(directory, `${runId}.json`);
  // Read once: a file never changes.
  const known = new Map<string, RunSummary>();

  async function idsOnDisk(): Promise<string[]> {
    const names = await readdir(directory).catch(() => []);
    return names
      .filter((name) => name.endsWith('.json'))
      .map((name) => name.slice(0, -'.json'.length))
      .filter(isRunId)
      .toSorted()
      .toReversed();
  }

  async function load(runId: string): Promise<Run | undefined> {
    if (!isRunId(runId)) return undefined;
    try {
      return JSON.parse(await readFile(pathOf(runId), 'utf8')) as Run;
    } catch {
      return undefined;
    }
  }

  return {
    load,
    save: async (run) => {
      await mkdir(directory, { recursive: true });
      const draft = `${pathOf(run.run_id)}.draft`;
      await writeFile(draft, `${JSON.stringify(run)}\n`);
      await rename(draft, pathOf(run.run_id));
      known.set(run.run_id, summaryOf(run));
      for (const runId of (await idsOnDisk()).slice(keep)) {
        known.delete(runId);
        await rm(pathOf(runId), { force: true });
      }
    },
    summaries: async () => {
      const list: RunSummary[] = [];
      for (const runId of await idsOnDisk()) {
        const summary = known.get(runId) ?? (await load(runId).then((run) => run && summaryOf(run)));
        if (summary === undefined) continue;
        known.set(runId, summary);
        list.push(summary);
      }
      return list;
    },
  };
}

import { randomBytes } from 'node:crypto';
import type { Logger } from '@live-calls/shared/runtime';
import { conduct, timelineOf } from './conduct.js';
import { createLiveRun, type LiveRun } from './liveRun.js';
import type { Prepare, Prepared } from './prepare.js';
import type { EmulateRequest, ReplayRequest } from './request.js';
import { summaryOf, type Run, type RunSummary } from './run.js';
import { newRunId, type RunFiles } from './runFiles.js';

type Performance = Parameters<typeof conduct>[2];

interface RunsParts {
  prepare: Prepare;
  performance: Performance;
  files: RunFiles;
  log: Pick<Logger, 'warn' | 'error'>;
  now: () => number;
}

/** The runs: those that go on, and the last ones that are over. */
export interface Runs {
  /** @throws Unplayable, DatabaseAway */
  emulate(request: EmulateRequest): Promise<Run>;
  /** @throws Unplayable, DatabaseAway */
  replay(request: ReplayRequest): Promise<Run>;
  /** Newest first. */
  list(): Promise<RunSummary[]>;
  find(runId: string): Promise<Run | undefined>;
  /** Undefined when it is over or was never there. */
  live(runId: string): LiveRun | undefined;
  /** Gives up what is going on; resolves when nothing of it is left. */
  abandonAll(): Promise<void>;
}

/** Runs whose file could not be written stay readable as long as there is room. */
const KEPT_IN_MEMORY = 20;

export function createRuns({ prepare, performance, files, log, now }: RunsParts): Runs {
  const going = new Map<string, { live: LiveRun; over: Promise<void> }>();
  const unsaved = new Map<string, Run>();

  function begin({ lanes, about }: Prepared): Run {
    const at = new Date(now());
    const run: Run = {
      run_id: newRunId(at, randomBytes(4).toString('hex')),
      began_at: at.toISOString(),
      ...about,
      state: 'playing',
      timeline: timelineOf(lanes),
      chats: [],
      crm: {},
      calls: [],
      verdict: null,
    };
    const live = createLiveRun(run);
    const over = conduct(live, lanes, performance)
      .then(() => save(live))
      .catch((error: unknown) => log.error('a run failed', { run: run.run_id, error }))
      .finally(() => going.delete(run.run_id));
    going.set(run.run_id, { live, over });
    return run;
  }

  async function save({ run, control }: LiveRun): Promise<void> {
    if (control.isAbandoned) return;
    try {
      await files.save(run);
    } catch (error) {
      log.warn('a run could not be kept as a file', { run: run.run_id, error });
      unsaved.set(run.run_id, run);
      const [oldest] = unsaved.keys();
      if (oldest !== undefined && unsaved.size > KEPT_IN_MEMORY) unsaved.delete(oldest);
    }
  }

  return {
    emulate: async (request) => begin(await prepare.scenario(request)),
    replay: async (request) => begin(await prepare.replay(request)),
    list: async () => {
      const inMemory = [...[...going.values()].map(({ live }) => live.run), ...unsaved.values()].map(summaryOf);
      const ids = new Set(inMemory.map(({ run_id }) => run_id));
      const onDisk = (await files.summaries()).filter(({ run_id }) => !ids.has(run_id));
      return [...inMemory, ...onDisk].toSorted((one, other) => other.run_id.localeCompare(one.run_id)).slice(0, 200);
    },
    find: async (runId) => going.get(runId)?.live.run ?? unsaved.get(runId) ?? (await files.load(runId)),
    live: (runId) => going.get(runId)?.live,
    abandonAll: async () => {
      for (const { live } of going.values()) live.control.abandon();
      await Promise.all([...going.values()].map(({ over }) => over));
    },
  };
}

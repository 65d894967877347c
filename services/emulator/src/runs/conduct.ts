import type { Logger } from '@live-calls/shared/runtime';
import { playLane } from '../player/playLane.js';
import type { Post, Posted } from '../player/post.js';
import type { LiveRun } from './liveRun.js';
import { isEvent, type Lane } from './plan.js';
import type { Run, TimelineEntry, Verdict } from './run.js';
import { judge, look, type Audience, type Look, type Witnesses } from './verdict/examine.js';

interface ConductParts {
  post: (post: Post) => Promise<Posted>;
  isCoreWell: () => Promise<boolean>;
  witnesses: Witnesses;
  log: Pick<Logger, 'warn'>;
}

/** Silence ends a call after a minute, and that has to be told then. */
const VERDICT_WITHIN_MS = 150_000;
const LOOK_EVERY_MS = 400;

const UNKNOWN: Verdict = {
  ok: false,
  discrepancies: ['База данных не отвечает: судьбу звонка проверить нельзя.'],
};

/** What is to be sent, before anything was. */
export function timelineOf(lanes: readonly Lane[]): TimelineEntry[] {
  return lanes
    .flatMap(({ enterprise, steps }) =>
      steps.map((step, place) => {
        if (!isEvent(step)) return undefined;
        const isAfterPause = place > 0 && steps.slice(place - 1, place).some((before) => !isEvent(before));
        const note = isAfterPause ? 'перед ним — пауза: здесь можно перезапустить ядро' : undefined;
        const { event, offset_ms, body } = step;
        return { index: 0, enterprise, event, offset_ms, ...(note !== undefined && { note }), body };
      }),
    )
    .filter((entry) => entry !== undefined)
    .toSorted((one, other) => one.offset_ms - other.offset_ms)
    .map((entry, index) => ({ ...entry, index }));
}

/** Plays a run and judges it; it is done afterwards. Never rejects. */
export async function conduct(live: LiveRun, lanes: readonly Lane[], parts: ConductParts): Promise<void> {
  const { run, control, changed } = live;
  const audience = await readAudience(lanes, parts);
  const watching = watch(live, lanes, audience, parts);
  let waiting = 0;
  const play = (lane: Lane): Promise<void> =>
    playLane({
      lane,
      entries: run.timeline.filter(({ enterprise }) => enterprise === lane.enterprise),
      pace: run.pace,
      control,
      post: parts.post,
      isCoreWell: parts.isCoreWell,
      onChange: changed,
      onWaiting: (isWaiting) => {
        waiting += isWaiting ? 1 : -1;
        run.state = waiting > 0 ? 'waiting' : 'playing';
        changed();
      },
      repeat: (entry, note) => repeated(run, entry, note),
    });
  await Promise.all(lanes.map(play));
  run.state = 'checking';
  changed();
  run.verdict = await watching.verdict();
  run.state = 'done';
  changed();
}

/** Puts an entry behind one whose posting nobody acknowledged. */
function repeated(run: Run, { enterprise, event, offset_ms, body, index }: TimelineEntry, note: string): TimelineEntry {
  const entry: TimelineEntry = { index: index + 1, enterprise, event, offset_ms, note, body };
  run.timeline.splice(index + 1, 0, entry);
  for (const [place, each] of run.timeline.entries()) each.index = place;
  return entry;
}

async function readAudience(lanes: readonly Lane[], { witnesses, log }: ConductParts): Promise<Audience> {
  const audience = new Map<string, Awaited<ReturnType<Witnesses['directory']['subscribers']>>>();
  for (const { enterprise } of lanes) {
    try {
      const subscribers = await witnesses.directory.subscribers(enterprise);
      audience.set(
        enterprise,
        subscribers.filter(({ enabled }) => enabled),
      );
    } catch (error) {
      log.warn('the subscribers of a run could not be read', { enterprise, error });
    }
  }
  return audience;
}

/** Looks again and again at what becomes of a run, so that whoever follows it sees it. */
function watch(live: LiveRun, lanes: readonly Lane[], audience: Audience, { witnesses, log }: ConductParts) {
  const { run, changed } = live;
  const play = { isOver: false };
  let last: Look | undefined;
  const glance = async (): Promise<void> => {
    try {
      const before = JSON.stringify([run.calls, run.chats, run.crm]);
      last = await look(run, lanes, audience, witnesses);
      if (JSON.stringify([run.calls, run.chats, run.crm]) !== before) changed();
    } catch (error) {
      last = undefined;
      log.warn('what became of a run could not be read', { run: run.run_id, error });
    }
  };
  const during = (async () => {
    while (!play.isOver) {
      await glance();
      await pause(LOOK_EVERY_MS);
    }
  })();
  return {
    verdict: async (): Promise<Verdict> => {
      play.isOver = true;
      await during;
      const end = performance.now() + VERDICT_WITHIN_MS;
      do {
        await glance();
        if (last?.isSettled) break;
        await pause(LOOK_EVERY_MS);
      } while (performance.now() < end && !live.control.isAbandoned);
      try {
        if (last === undefined) return UNKNOWN;
        return await judge(run, lanes, { outcomes: last.outcomes, audience, witnesses });
      } catch (error) {
        log.warn('a run could not be judged', { run: run.run_id, error });
        return UNKNOWN;
      }
    },
  };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

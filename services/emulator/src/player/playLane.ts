import { isEvent, type Lane } from '../runs/plan.js';
import type { Pace, TimelineEntry } from '../runs/run.js';
import type { Control } from './control.js';
import { hostHeaders, type Post, type Posted } from './post.js';

interface LaneParts {
  lane: Lane;
  /** The entries of the lane's events, in order; filled in as they are posted. */
  entries: readonly TimelineEntry[];
  pace: Pace;
  control: Control;
  post: (post: Post) => Promise<Posted>;
  isCoreWell: () => Promise<boolean>;
  /** Something was filled in. */
  onChange: () => void;
  /** The run waits for somebody, or goes on. */
  onWaiting: (isWaiting: boolean) => void;
  /** An event is posted again: the entry for it, behind the first one. */
  repeat: (entry: TimelineEntry, note: string) => TimelineEntry;
}

/** A core that is away longer will not come back by itself. */
const AWAY_MS = 60_000;
const ASK_EVERY_MS = 200;
const MAX_POSTINGS = 5;

/**
 * Plays what one host does: one event after the other, one in flight. Unlike a host it posts again what was not
 * acknowledged, as recovery would bring it, once the core is well again; what was stored without an answer is stored
 * twice then, which changes nothing. What was never begun is not waited for: a core that is not there at the first event
 * ends the play.
 */
export async function playLane(parts: LaneParts): Promise<void> {
  const { lane, entries, pace, control, onWaiting } = parts;
  const begin = performance.now();
  const remaining = entries[Symbol.iterator]();
  let pausedMs = 0;
  for (const step of lane.steps) {
    if (!isEvent(step)) {
      const pauseBegin = performance.now();
      onWaiting(true);
      await control.wait(step.lasts_ms);
      await untilWell(parts);
      onWaiting(false);
      pausedMs += performance.now() - pauseBegin;
      continue;
    }
    if (pace === 'steps') await atTheOperatorsWord(parts);
    else await control.wait(step.offset_ms + pausedMs - (performance.now() - begin));
    if (control.isStopped) return;
    const { value: entry } = remaining.next() as { value: TimelineEntry | undefined };
    if (entry === undefined || !(await deliver(parts, entry))) return;
  }
}

async function atTheOperatorsWord({ control, onWaiting }: LaneParts): Promise<void> {
  onWaiting(true);
  await control.nextStep();
  onWaiting(false);
}

/** @returns false when the core is away for good */
async function deliver(parts: LaneParts, first: TimelineEntry): Promise<boolean> {
  let entry = first;
  for (let postings = 1; ; postings++) {
    const posted = await postEntry(parts, entry);
    const mayBeLost = posted.kind === 'no answer' || posted.status >= 500;
    if (!mayBeLost) return true;
    const isAnythingAcknowledged = parts.entries.some(({ status }) => status === 200);
    if (posted.kind === 'no answer' && posted.refused && !isAnythingAcknowledged) return false;
    if (postings === MAX_POSTINGS || parts.control.isStopped) return true;
    parts.onWaiting(true);
    const isWell = await untilWell(parts);
    parts.onWaiting(false);
    if (!isWell) return false;
    entry = parts.repeat(entry, 'отправлено снова: на первую отправку подтверждения не было');
  }
}

async function postEntry({ lane, post, onChange }: LaneParts, entry: TimelineEntry): Promise<Posted> {
  const headers = hostHeaders(lane.token);
  entry.sent_at = new Date().toISOString();
  entry.headers = headers;
  const posted = await post({ event: entry.event, body: entry.body, headers });
  entry.ms = posted.ms;
  if (posted.kind === 'answered') {
    entry.status = posted.status;
    entry.answer = posted.answer;
  } else {
    entry.error = posted.error;
  }
  onChange();
  return posted;
}

async function untilWell({ control, isCoreWell }: LaneParts): Promise<boolean> {
  const end = performance.now() + AWAY_MS;
  for (;;) {
    await control.wait(ASK_EVERY_MS);
    if (await isCoreWell()) return true;
    if (control.isStopped || performance.now() > end) return false;
  }
}

import type { Queryable } from '@live-calls/shared/db';
import type { Directory, Subscriber } from '../../directory/directory.js';
import type { Lane } from '../plan.js';
import type { CrmView, Run, Verdict } from '../run.js';
import { judgeCalls } from './judgeCalls.js';
import { judgeChats, type ChatMessage } from './judgeChats.js';
import { judgeCrm } from './judgeCrm.js';
import { judgeEvents, storedId } from './judgeEvents.js';
import { isSettled, readOutcome, type Outcome } from './outcome.js';

/** What is looked at, all of it read only. */
export interface Witnesses {
  db: Queryable;
  directory: Directory;
  /** What a chat of the sandbox shows; undefined when messages go elsewhere. */
  chatOf: ((chatId: number) => readonly ChatMessage[]) | undefined;
  /** What the sandboxes of the CRMs saw of these clients since then. */
  crmOf: (parties: readonly string[], since: Date) => Readonly<Record<string, CrmView>>;
}

/** The subscribers of each enterprise of a run, as they were when it began. */
export type Audience = ReadonlyMap<string, readonly Subscriber[]>;

/** A look at what became of a run so far. */
export interface Look {
  outcomes: Outcome[];
  isSettled: boolean;
}

/** Reads what became of the run and puts it into it. Rejects as the database does. */
export async function look(run: Run, lanes: readonly Lane[], audience: Audience, witnesses: Witnesses): Promise<Look> {
  const since = new Date(run.began_at);
  const outcomes = await Promise.all(
    lanes.map(({ enterprise }) => readOutcome(witnesses.db, { ...tracesOf(run, enterprise), since })),
  );
  run.calls = outcomes.flatMap(({ calls }) => calls);
  run.chats = chatsOf(outcomes, audience, witnesses);
  run.crm = witnesses.crmOf(partiesOf([...(run.expected?.calls ?? []), ...run.calls]), since);
  return { outcomes, isSettled: outcomes.every(isSettled) };
}

/** Compares what was sent with what became of it. Rejects as the database does. */
export async function judge(
  run: Run,
  lanes: readonly Lane[],
  { outcomes, audience, witnesses }: { outcomes: readonly Outcome[]; audience: Audience; witnesses: Witnesses },
): Promise<Verdict> {
  const said: string[] = [];
  for (const lane of lanes) {
    const outcome = outcomes.find(({ enterprise }) => enterprise === lane.enterprise);
    const timeline = run.timeline.filter(({ enterprise }) => enterprise === lane.enterprise);
    const own = judgeEvents(timeline, outcome);
    if (outcome !== undefined) {
      const expected = run.expected === null ? undefined : lane.expected;
      if (expected) own.push(...judgeCalls(expected.calls, outcome.calls));
      const subscribersNow = await witnesses.directory.subscribers(lane.enterprise);
      const subscribers = audience.get(lane.enterprise) ?? [];
      const { chatOf } = witnesses;
      const beganAt = Date.parse(run.began_at);
      const { neverOver } = lane;
      own.push(...judgeChats({ outcome, expected, neverOver, subscribers, subscribersNow, chatOf, beganAt }));
      const { calls } = outcome;
      const views = witnesses.crmOf(partiesOf([...(expected?.calls ?? []), ...calls]), new Date(run.began_at));
      const enabled = await witnesses.directory.crms(lane.enterprise);
      own.push(...judgeCrm(views, { enabled, calls, allMustSee: run.pace === 'real' }));
    }
    said.push(...own.map((sentence) => (lanes.length > 1 ? `Предприятие ${lane.enterprise}. ${sentence}` : sentence)));
  }
  return { ok: said.length === 0, discrepancies: said };
}

const partiesOf = (calls: readonly { party: string }[]): string[] => [...new Set(calls.map(({ party }) => party))];

function tracesOf({ timeline }: Run, enterprise: string) {
  const sent = timeline.filter((entry) => entry.enterprise === enterprise && entry.sent_at !== undefined);
  const named = (key: string): string[] => [
    ...new Set(sent.map(({ body }) => body[key]).filter((id): id is string => typeof id === 'string' && id !== '')),
  ];
  return {
    enterprise,
    ids: sent.flatMap((entry) => storedId(entry) ?? []),
    uniqueIds: named('UniqueId'),
    bridgeIds: named('BridgeUniqueid'),
  };
}

function chatsOf(outcomes: readonly Outcome[], audience: Audience, { chatOf }: Witnesses): Run['chats'] {
  return outcomes.flatMap(({ enterprise, messages }) =>
    (audience.get(enterprise) ?? []).map(({ id, chat_id, bot }) => {
      const own = messages.filter(({ subscriber_id }) => subscriber_id === id);
      if (chatOf === undefined) {
        const shown = own.map(({ final_message_id, live_message_id, shown_text }) => ({
          message_id: final_message_id ?? live_message_id ?? 0,
          text: shown_text ?? '',
        }));
        return { chat_id, messages: shown.filter(({ message_id }) => message_id > 0) };
      }
      const ids = new Set(own.flatMap(({ live_message_id, final_message_id }) => [live_message_id, final_message_id]));
      return {
        chat_id,
        messages: chatOf(chat_id).filter((message) => message.bot === bot && ids.has(message.message_id)),
      };
    }),
  );
}

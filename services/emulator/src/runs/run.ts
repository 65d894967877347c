import type { ExpectedCall } from '../scenarios/call.js';
import type { Values } from '../scenarios/fields.js';
import type { CallReport, Card } from '../sandbox/crm/crm.js';
import type { EmulateRequest, ReplayRequest } from './request.js';

/** How fast a run goes: as recorded, in a hurry, as fast as the core answers, or at the operator's word. */
export type Pace = 'real' | 'fast' | 'once' | 'steps';

/** An event to be posted, and what became of it. */
export interface TimelineEntry {
  index: number;
  enterprise: string;
  event: string;
  /** After the run's begin, at the chosen pace. ms */
  offset_ms: number;
  /** What is unusual about it, Russian. */
  note?: string;
  /** ISO 8601. */
  sent_at?: string;
  headers?: Readonly<Record<string, string>>;
  body: Record<string, unknown>;
  status?: number;
  answer?: unknown;
  /** How long the answer took. */
  ms?: number;
  /** Why there was no answer. */
  error?: string;
}

export interface ChatView {
  chat_id: number;
  messages: readonly { message_id: number; text: string }[];
}

/** What a CRM's sandbox saw of a run. */
export interface CrmView {
  requests: readonly unknown[];
  violations: readonly { message: string }[];
  /** Finished calls in its reports. */
  reports: readonly CallReport[];
  /** Cards that were put on screens, and those that are still there. */
  shown: readonly Card[];
  cards: readonly Card[];
}

/** A finished call as its row in `calls` tells it. */
export interface CallRow extends ExpectedCall {
  enterprise: string;
  uuid: string;
  unique_id: string;
  date_received: string;
  date_end: string;
  /** Null: answered, but nobody knows for how long. */
  talk_seconds: number | null;
}

export interface Verdict {
  ok: boolean;
  /** Each one sentence, Russian. */
  discrepancies: string[];
}

/** One play of a scenario or of given events, and what became of it. */
export interface Run {
  run_id: string;
  /** ISO 8601. */
  began_at: string;
  enterprise: string;
  /** Its code; null when events were given. */
  scenario: string | null;
  title: string;
  /** What was chosen for each call. */
  fields: Values;
  pace: Pace;
  faults: readonly string[];
  /** To do the same again. */
  request: EmulateRequest | ReplayRequest;
  /** `waiting`: for the operator's step, or for the core to come back. */
  state: 'playing' | 'waiting' | 'checking' | 'done';
  timeline: TimelineEntry[];
  /** Null when nothing is known of it: given events. */
  expected: { calls: readonly ExpectedCall[]; final_messages: number } | null;
  chats: ChatView[];
  crm: Readonly<Record<string, CrmView>>;
  calls: CallRow[];
  verdict: Verdict | null;
}

export type RunSummary = Pick<
  Run,
  'run_id' | 'scenario' | 'title' | 'state' | 'verdict' | 'began_at' | 'enterprise' | 'pace' | 'faults'
>;

export function summaryOf(run: Run): RunSummary {
  const { run_id, scenario, title, state, verdict, began_at, enterprise, pace, faults } = run;
  return { run_id, scenario, title, state, verdict, began_at, enterprise, pace, faults };
}

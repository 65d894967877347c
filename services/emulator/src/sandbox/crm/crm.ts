import type { CrmFault } from '../faults.js';
import type { Answer } from './answer.js';
import type { Exchange } from './exchange.js';
import type { Limit } from './limits.js';
import type { CrmName } from './names.js';

/** A line of the CRM's own journal of calls. */
export interface JournalCall {
  /** When it was last changed, ISO 8601, UTC. */
  at: string;
  phone: string;
  [detail: string]: unknown;
}

/** What a manager sees on the screen right now. */
export interface Card {
  at: string;
  phone: string;
  /** Null: a user of the CRM without an extension. */
  extension: string | null;
  [detail: string]: unknown;
}

/** A finished call as the CRM's reports show it. */
export interface CallReport {
  /** When it was last changed, ISO 8601, UTC. */
  at: string;
  phone: string;
  direction: 'incoming' | 'outgoing';
  /** Who is credited; null: nobody, or a user without an extension. */
  extension: string | null;
  /** Null: the CRM has no word for it. */
  answered: boolean | null;
  /** ISO 8601, UTC. */
  startedAt: string;
  talkSeconds: number | null;
  recordings: number;
}

/** Where a request goes; what nobody answers goes somewhere too. */
export interface Route {
  /** As people and faults name it. */
  name: string;
  answer: () => Answer;
}

/** Modes of a fault that are an answer of the CRM's. */
export type AnsweredFault = Extract<CrmFault['mode'], '429' | '500' | '503' | '403' | 'html'>;

/** A CRM as its integrations see it. Everything it knows is in memory. */
export interface Crm {
  name: CrmName;
  route(exchange: Exchange): Route;
  /** Whatever stands where the key belongs: it is shown to nobody. */
  keyOf(exchange: Exchange): string | undefined;
  /** Phone of the call that a request names by an id only: known even if the request is not done. */
  phoneOf?(exchange: Exchange): string | undefined;
  /** Checks who asks and how. @throws Refused */
  admit(exchange: Exchange): void;
  /** Which limit a request uses up, and what shares it. */
  limitOf(exchange: Exchange, route: Route): { limit: Limit; key: string };
  /** What every answer says about the limit. */
  limitHeaders?(limit: Limit, remaining: number): Readonly<Record<string, string>>;
  overLimit(exchange: Exchange, route: Route, waitMs: number): Answer;
  faults: Readonly<Record<AnsweredFault, (exchange: Exchange, route: Route) => Answer>>;
  /** Oldest first. */
  calls(): JournalCall[];
  cards(): Card[];
  /** Every card that was put on a screen, hidden or not. Oldest first. */
  shown(): readonly Card[];
  reports(): CallReport[];
  clear(): void;
}

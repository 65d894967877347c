import type { CallView } from '@live-calls/shared/contracts';
import { localTimeMs } from '@live-calls/shared/runtime';
import { isExtension } from '@live-calls/shared/phone';
import { lastTalker, nameOf, personAt, type Config, type Person } from './people.js';

/** Shows or hides somebody's card. */
export interface CardEvent extends Person {
  eventType: 'SHOW' | 'HIDE';
  /** Grows from event to event of a call. */
  sequence: number;
}

/** On its own an event may also hide the cards of everybody. */
export type CallEvent = CardEvent | { eventType: 'HIDE_ALL'; sequence: number };

/** What may be told later; what is filled already stays as it is, but for the comment; recordings pile up. */
export interface CallChange extends Partial<Person> {
  /** `yyyy-MM-dd HH:mm:ss.SSS` in the account's zone. It wins over `duration`. */
  endTime?: string;
  /** Milliseconds. */
  duration?: number;
  recordUrl?: string[];
  comment?: string;
  events?: CardEvent[];
}

/** Body of `POST /call`. */
export interface NewCall extends CallChange {
  externalId: string;
  number: string;
  isIncoming: boolean;
  startTime: string;
}

/** What is certain from the first moment on: neither who will answer nor how it ends. */
export function openedCall(call: CallView, config: Config): NewCall {
  return {
    externalId: call.external_id,
    number: call.phone,
    isIncoming: call.direction === 'incoming',
    startTime: localTimeMs(call.started_at, config.timezone),
  };
}

/** How the call ended, but for what an earlier attempt may have told already. */
export function finishOf(call: CallView, config: Config): CallChange {
  return { ...creditedPerson(call, config), ...lengthOf(call, config) };
}

/** Of a call that turned out to be none. */
export const CLOSED = {
  duration: 0,
  comment: 'Это не отдельный звонок клиента: часть другого звонка или внутренний вызов.',
} as const satisfies CallChange;

/** What can be added when it is not there yet. */
export function supplementOf(call: CallView, config: Config): CallChange {
  const comment = commentOf(call, config);
  return {
    ...(call.record_url === null ? {} : { recordUrl: [call.record_url] }),
    ...(comment === '' ? {} : { comment }),
  };
}

/**
 * What is left to add to a call.
 *
 * @param stored its comment may be a manager's: it is kept
 * @returns undefined: nothing
 */
export function missingFrom(
  stored: { recordUrl?: readonly string[] | null | undefined; comment?: string | null | undefined },
  { recordUrl = [], comment = '' }: CallChange,
): CallChange | undefined {
  const links = recordUrl.filter((link) => !stored.recordUrl?.includes(link));
  const told = stored.comment?.trim() ?? '';
  const isTold = comment === '' || told.includes(comment);
  if (links.length === 0 && isTold) return undefined;
  return {
    ...(links.length === 0 ? {} : { recordUrl: links }),
    ...(isTold ? {} : { comment: told === '' ? comment : `${told}\n${comment}` }),
  };
}

/** Who talked last among those whom MoySklad can know; a missed call is only of somebody who alone rang. */
function creditedPerson(call: CallView, config: Config): Person | undefined {
  const numbers = call.answered ? [...call.talked, call.extension] : [call.extension];
  return numbers.map((number) => personAt(config, number)).findLast((person) => person !== undefined);
}

/** 0 is what a missed call has: a talk of less than a second is shown as one. */
const SHORTEST_TALK_MS = 1_000;

/** Talk, not ringing. When nobody knows how long the talk was, the end is all that is certain. */
function lengthOf(call: CallView, config: Config): CallChange {
  if (!call.answered) return { duration: 0 };
  if (call.talk_seconds !== null) {
    const ms = Math.round(call.talk_seconds * 1_000);
    return { duration: ms === 0 ? 0 : Math.max(SHORTEST_TALK_MS, ms) };
  }
  if (call.ended_at === null) return {};
  const isEndLast = Date.parse(call.ended_at) >= Date.parse(call.started_at);
  return { endTime: localTimeMs(isEndLast ? call.ended_at : call.started_at, config.timezone) };
}

/** What the fields cannot say; '' when they say it all. */
function commentOf(call: CallView, config: Config): string {
  const { answered, talked, rang, talk_seconds } = call;
  const chain = chainOf(call);
  const sentences: string[] = [];
  if (chain.length > 1 || (chain.length === 1 && chain[0] !== creditedPerson(call, config)?.extension)) {
    sentences.push(`Разговаривали: ${named(chain, config, ' → ')}.`);
  }
  if (answered && talk_seconds === null)
    sentences.push('Длительность разговора неизвестна: указано время с ожиданием.');
  if (!answered && talked.length === 0 && rang.length > 1) sentences.push(`Не ответили: ${named(rang, config, ', ')}.`);
  return sentences.join(' ');
}

/** Ends with who talked last, who may have got the call back. */
function chainOf(call: CallView): string[] {
  const { talked } = call;
  const last = lastTalker(call);
  const cameBack = last !== undefined && last !== talked.at(-1) && isExtension(talked.at(-1) ?? '');
  return cameBack ? [...talked, last] : talked;
}

const named = (numbers: readonly string[], config: Config, between: string): string =>
  numbers.map((number) => nameOf(config, number)).join(between);

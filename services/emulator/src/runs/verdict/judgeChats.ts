import type { Subscriber } from '../../directory/directory.js';
import type { ExpectedCall } from '../../scenarios/call.js';
import type { Outcome, ShownMessage } from './outcome.js';

/** A message that a chat of the sandbox shows. */
export interface ChatMessage {
  message_id: number;
  bot: number;
  /** Unix seconds. */
  date: number;
  text: string;
}

interface ChatsParts {
  outcome: Outcome;
  /** Undefined: nothing is known of what must come. */
  expected: { calls: readonly ExpectedCall[]; finalMessages: number } | undefined;
  /** Calls whose end nobody learns: their messages stay as they are. */
  neverOver: number;
  /** As they were when the run began; the enabled ones. */
  subscribers: readonly Subscriber[];
  /** As they are now. */
  subscribersNow: readonly Subscriber[];
  /** What the sandbox shows; undefined when the messages go elsewhere. */
  chatOf: ((chatId: number) => readonly ChatMessage[]) | undefined;
  /** Unix ms. */
  beganAt: number;
}

const MARK = { true: '✅', false: '❌' };

/** Whether exactly the final messages of the run stay with each subscriber. Russian sentences. */
export function judgeChats(parts: ChatsParts): string[] {
  const chats = new Map(parts.subscribers.map((subscriber) => [`${subscriber.bot} ${subscriber.chat_id}`, subscriber]));
  return [...chats.values()].flatMap((subscriber) => judgeChat(subscriber, parts));
}

function judgeChat(subscriber: Subscriber, parts: ChatsParts): string[] {
  const { outcome, expected, subscribersNow } = parts;
  const chat = `Чат ${subscriber.chat_id}`;
  const now = subscribersNow.find(({ id }) => id === subscriber.id);
  if (now === undefined) return [`${chat}: подписка удалена во время прогона.`];
  if (!now.enabled) return [`${chat}: подписка отключена во время прогона (${now.disabled_reason ?? 'без причины'}).`];
  const own = outcome.messages.filter(({ subscriber_id }) => subscriber_id === subscriber.id);
  const finals = own.filter((message) => message.wanted_kind === 'final' && message.final_message_id !== null);
  const said: string[] = [];
  const wanted = expected?.finalMessages ?? outcome.calls.length;
  if (finals.length !== wanted) said.push(`${chat}: итоговых сообщений ${finals.length}, а должно быть ${wanted}.`);
  const marks = marksOf(finals.map(({ shown_text }) => shown_text ?? ''));
  const wantedMarks = marksOf((expected?.calls ?? outcome.calls).map(({ answered }) => MARK[`${answered}`]));
  if (finals.length === wanted && marks !== wantedMarks) {
    said.push(`${chat}: итоговые сообщения ${marks}, а должны быть ${wantedMarks}.`);
  }
  const live = own.filter(({ live_message_id }) => live_message_id !== null).length;
  if (live > parts.neverOver) said.push(`${chat}: осталось живых сообщений о звонках: ${live}.`);
  return [...said, ...sandboxProblems(subscriber, own, parts)];
}

/** What the database cannot know: messages that the chat shows twice, or does not show any more. */
function sandboxProblems(subscriber: Subscriber, own: readonly ShownMessage[], parts: ChatsParts): string[] {
  const { chatOf, outcome, expected, beganAt } = parts;
  if (chatOf === undefined) return [];
  const chat = `Чат ${subscriber.chat_id}`;
  const shown = chatOf(subscriber.chat_id).filter(({ bot }) => bot === subscriber.bot);
  const ids = new Set(shown.map(({ message_id }) => message_id));
  const said = own
    .flatMap(({ final_message_id }) => final_message_id ?? [])
    .filter((id) => !ids.has(id))
    .map((id) => `${chat}: итоговое сообщение ${id} отправлено, но в чате его нет.`);
  const known = new Set(
    outcome.known.filter(({ subscriber_id }) => subscriber_id === subscriber.id).map(({ message_id }) => message_id),
  );
  const parties = (expected?.calls ?? outcome.calls).map(({ party }) => digitsOf(party)).filter((it) => it.length > 4);
  for (const { message_id, date, text } of shown) {
    const isNew = date >= Math.floor(beganAt / 1_000);
    if (!isNew || known.has(message_id) || !parties.some((party) => digitsOf(text).includes(party))) continue;
    said.push(`${chat}: лишнее сообщение ${message_id} («${text.split('\n', 1)[0] ?? ''}»).`);
  }
  return said;
}

const marksOf = (texts: readonly string[]): string =>
  texts
    .map((text) => String.fromCodePoint(text.codePointAt(0) ?? 0x3f))
    .toSorted()
    .join(' ') || '—';

const digitsOf = (text: string): string => text.replaceAll(/\D/g, '');

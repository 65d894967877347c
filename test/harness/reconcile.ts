import type { ExpectedCall } from '../fixtures/fixtures.js';
import { comparable } from '../unit/calls/folded.js';
import type { ChatMessage, HistoryEntry, StoredCall } from './outcome.js';

/** What a row of telegram_messages says. */
export interface Recorded {
  live: number | null;
  final: number | null;
  kind: string;
}

/** What a chat shows, what was asked of it, and what is recorded of it. */
export interface ChatEvidence {
  chat: number;
  recorded: readonly Recorded[];
  messages: readonly ChatMessage[];
  history: readonly HistoryEntry[];
}

/** A finished call in a CRM. */
export interface CrmRecord {
  /** Null: the CRM knows none, and its calls are told apart by the client's phone. */
  externalId: string | null;
  /** Digits. */
  phone: string;
}

export interface Undone {
  target: string;
  state: string;
  error: string | null;
  externalId: string | null;
}

/** Everything that is known of one tenant after a run. */
export interface Evidence {
  name: string;
  /** What must have come of the events. */
  expected: { calls: readonly ExpectedCall[]; messages: number };
  /** Ids under which events were acknowledged. */
  acknowledged: readonly number[];
  posted: number;
  stored: readonly { id: number; processed: boolean; error: string | null }[];
  calls: readonly StoredCall[];
  /** Calls of clients as `customers` counts them. */
  counted: number;
  chats: readonly ChatEvidence[];
  /** Deliveries that are not done, and the call that they are of. */
  undone: readonly Undone[];
  /** Of each CRM that the tenant has. */
  crms: Readonly<Record<string, readonly CrmRecord[]>>;
}

export interface Reconciled {
  /** One sentence each; empty: everything acknowledged was stored, shown and told, once. */
  discrepancies: string[];
  /** Requests to CRMs that may have been carried out and were reported, because the CRM does not know repetitions. */
  reported: number;
  /** Messages that stand twice because a death came between Telegram's answer and its record. */
  inWindow: number;
}

/** Death between Telegram's answer and its record takes no longer. ms */
const WINDOW = 2_000;

const MARK = { true: '✅', false: '❌' };

/**
 * Compares what was acknowledged with what is stored, what chats show and what CRMs got.
 *
 * @param deaths Unix milliseconds
 */
export function reconcile(evidence: Evidence, deaths: readonly number[] = []): Reconciled {
  const reported = evidence.undone.filter(isReported);
  const chats = evidence.chats.map((chat) => reconcileChat(evidence, chat, deaths));
  const said = [
    ...judgeEvents(evidence),
    ...judgeCalls(evidence),
    ...chats.flatMap(({ discrepancies }) => discrepancies),
    ...evidence.undone
      .filter((delivery) => !isReported(delivery))
      .map(({ target, state, error }) => `a delivery to ${target} is ${state}: ${error ?? ''}`),
    ...Object.entries(evidence.crms).flatMap(([crm, records]) => judgeCrm(crm, evidence, records)),
  ];
  return {
    discrepancies: said.map((sentence) => `${evidence.name}: ${sentence}`),
    reported: reported.length,
    inWindow: chats.reduce((sum, { inWindow }) => sum + inWindow, 0),
  };
}

const isReported = ({ state, error }: Undone): boolean => state === 'dead' && error?.startsWith('unknown: ') === true;

function judgeEvents({ acknowledged, posted, stored }: Evidence): string[] {
  const ids = new Set(stored.map(({ id }) => id));
  return [
    ...(acknowledged.length === posted ? [] : [`${posted} events were posted, ${acknowledged.length} acknowledged`]),
    ...acknowledged.filter((id) => !ids.has(id)).map((id) => `event ${id} was acknowledged and is lost`),
    ...stored.filter(({ processed }) => !processed).map(({ id }) => `event ${id} is not processed`),
    ...stored.flatMap(({ id, error }) => (error === null ? [] : [`event ${id} was set aside: ${error}`])),
  ];
}

function judgeCalls({ expected, calls, counted }: Evidence): string[] {
  const clients = expected.calls.filter(({ direction }) => direction !== 'internal').length;
  const [wanted, found] = [expected.calls, calls].map((list) =>
    comparable([...list]).map((call) => JSON.stringify(call)),
  );
  return [
    ...without(wanted, found).map((call) => `a call is missing: ${call}`),
    ...without(found, wanted).map((call) => `a call is too many: ${call}`),
    ...(counted === clients ? [] : [`${counted} calls are counted, ${clients} there were`]),
  ];
}

function reconcileChat(
  { expected }: Evidence,
  { chat, recorded, messages, history }: ChatEvidence,
  deaths: readonly number[],
): Pick<Reconciled, 'discrepancies' | 'inWindow'> {
  const finals = new Set(recorded.flatMap(({ kind, final }) => (kind === 'final' && final !== null ? [final] : [])));
  const unfinished = recorded.filter(({ kind, live }) => kind === 'live' || live !== null).length;
  const shown = messages.filter(({ message_id }) => finals.has(message_id));
  const surplus = messages.filter(({ message_id }) => !finals.has(message_id));
  const marks = shown.map(({ text }) => text.slice(0, 1)).toSorted();
  const wanted = expected.calls.map(({ answered }) => MARK[`${answered}`]).toSorted();
  const inWindow = surplus.filter(({ message_id }) => isInWindow(history, message_id, deaths));
  const said = [
    ...(unfinished === 0 ? [] : [`${unfinished} messages still show the call going on`]),
    ...(shown.length === expected.messages ? [] : [`${shown.length} messages instead of ${expected.messages}`]),
    ...(marks.join() === wanted.join() ? [] : [`it shows ${marks.join('')} instead of ${wanted.join('')}`]),
    ...surplus
      .filter((message) => !inWindow.includes(message))
      .map(({ message_id, text }) => `message ${message_id} stands there although no death explains it: ${text}`),
  ];
  return { discrepancies: said.map((sentence) => `chat ${chat}: ${sentence}`), inWindow: inWindow.length };
}

/** Only what was never touched again: whoever had recorded it would have edited or deleted it. */
function isInWindow(history: readonly HistoryEntry[], messageId: number, deaths: readonly number[]): boolean {
  const [sent, ...later] = history.filter((entry) => entry.message_id === messageId && entry.ok);
  if (sent?.method !== 'sendMessage' || later.length > 0) return false;
  const at = Date.parse(sent.at);
  return deaths.some((death) => at <= death && death - at < WINDOW);
}

function judgeCrm(crm: string, { calls, undone }: Evidence, records: readonly CrmRecord[]): string[] {
  const inDoubt = new Set(
    undone.filter((each) => each.target === crm && isReported(each)).map(({ externalId }) => externalId),
  );
  const left = [...records];
  const said: string[] = [];
  for (const call of calls.filter(({ direction, party }) => direction !== 'internal' && party.startsWith('+'))) {
    const own = left.filter((record) => isOf(record, call));
    for (const record of own) left.splice(left.indexOf(record), 1);
    const name = `${call.party} (${call.externalId ?? 'never handed on'})`;
    if (own.length === 0 && !inDoubt.has(call.externalId)) said.push(`${crm} has not got the call of ${name}`);
    if (own.length > 1) said.push(`${crm} has got the call of ${name} ${own.length} times`);
  }
  return [
    ...said,
    ...left.map(({ phone, externalId }) => `${crm} has got a call that is none: ${externalId ?? phone}`),
  ];
}

const isOf = (record: CrmRecord, { externalId, party }: StoredCall): boolean =>
  record.externalId === null ? record.phone === party.replace(/\D/g, '') : record.externalId === externalId;

/** Elements of the first list that the second has not as often. */
function without(list: readonly string[] = [], other: readonly string[] = []): string[] {
  const left = [...other];
  return list.filter((element) => {
    const index = left.indexOf(element);
    if (index >= 0) left.splice(index, 1);
    return index < 0;
  });
}

import type { SeenEvent, TracedDelivery, TracedMessage, TracedRequest } from '@live-calls/shared/db';
import { titleOf } from './advice.js';
import type { FoldChange } from './foldChanges.js';
import { eventWord, kindWord, spokenMs, STATE_WORDS } from './spoken.js';

/** One thing that happened to a call. */
export interface Moment {
  at: Date;
  kind: 'event' | 'fold' | 'telegram' | 'dispatch' | 'crm' | 'request';
  title: string;
  detail: string;
  tone: 'plain' | 'good' | 'wait' | 'bad';
  /** As it was sent or answered, for whoever wants to know. */
  body?: unknown;
  /** Milliseconds since the moment before; null for the first. */
  gap_ms: number | null;
}
type Bare = Omit<Moment, 'gap_ms'>;

export interface Traces {
  events: readonly SeenEvent[];
  changes: readonly FoldChange[];
  messages: readonly TracedMessage[];
  accepted: readonly { event: string; at: Date }[];
  deliveries: readonly TracedDelivery[];
  requests: readonly TracedRequest[];
}

/** Of what has the same time: causes before their effects. */
const ORDER: readonly Moment['kind'][] = ['event', 'fold', 'dispatch', 'request', 'crm', 'telegram'];

/** A call from its first event to each delivery, in the order in which it happened. */
export function timelineOf(traces: Traces): Moment[] {
  const moments = [
    ...traces.events.map(eventMoment),
    ...traces.changes.map(changeMoment),
    ...traces.messages.map(messageMoment),
    ...traces.accepted.map(({ event, at }): Bare => {
      return { at, kind: 'dispatch', title: `Шлюз принял: ${eventWord(event)}`, detail: '', tone: 'good' };
    }),
    ...traces.deliveries.filter(({ target, state }) => target !== 'dispatch' || state !== 'done').map(deliveryMoment),
    ...traces.requests.map(requestMoment),
  ].sort((one, other) => one.at.getTime() - other.at.getTime() || ORDER.indexOf(one.kind) - ORDER.indexOf(other.kind));
  return moments.map((moment, index) => {
    const before = moments[index - 1];
    return { ...moment, gap_ms: before === undefined ? null : moment.at.getTime() - before.at.getTime() };
  });
}

function eventMoment({
  at,
  event_type,
  unique_id,
  processed_at,
  received_at,
  error,
  data_source,
  body,
}: SeenEvent): Bare {
  const processed =
    processed_at === null
      ? 'ещё не обработано'
      : `обработано за ${spokenMs(Math.max(0, processed_at.getTime() - received_at.getTime()))}`;
  const parts = [unique_id, data_source === 'recovery' ? 'восстановлено из журнала АТС' : '', error ?? processed];
  return {
    at,
    kind: 'event',
    title: `АТС: ${event_type}`,
    detail: parts.filter((part) => part !== '').join(' · '),
    tone: error === null ? (processed_at === null ? 'wait' : 'plain') : 'bad',
    body,
  };
}

function changeMoment({ at, state, ringing, talked, partner }: FoldChange): Bare {
  const detail = [
    state === 'dial' && ringing.length > 0 ? `звонит у ${ringing.join(', ')}` : '',
    state === 'talk' && partner !== '' ? `говорит ${partner}` : '',
    state === 'final' ? (talked.length > 0 ? `говорили ${talked.join(' → ')}` : 'никто не ответил') : '',
  ].join('');
  return { at, kind: 'fold', title: `Звонок: ${STATE_WORDS[state] ?? state}`, detail, tone: 'plain' };
}

function messageMoment(message: TracedMessage): Bare {
  const { chat, wanted_kind: kind, wanted_version: wanted, shown_version: shown, state, attempts } = message;
  const isShown = shown >= wanted;
  const finishedAt = message.finished_at ?? message.updated_at;
  const parts = [
    `${kindWord(kind)}, версия ${shown} из ${wanted}`,
    isShown && state === 'done' && message.owed_at !== null
      ? `с первого показа ${spokenMs(Math.max(0, finishedAt.getTime() - message.owed_at.getTime()))}`
      : '',
    (attempts ?? 0) > 1 ? `попыток ${attempts ?? 0}` : '',
    message.last_error ?? '',
  ];
  return {
    at: finishedAt,
    kind: 'telegram',
    title: `Telegram ${chat ?? '(подписка удалена)'}: ${isShown ? 'показано' : state === 'dead' ? 'не доставлено' : 'ждёт'}`,
    detail: parts.filter((part) => part !== '').join(' · '),
    tone: isShown ? 'good' : state === 'dead' ? 'bad' : 'wait',
    ...(message.shown_text !== null && { body: message.shown_text }),
  };
}

const DELIVERY_WORDS = { pending: 'ждёт', running: 'в работе', done: 'доставлено', dead: 'не доставлено' } as const;
const DELIVERY_TONES = { pending: 'wait', running: 'wait', done: 'good', dead: 'bad' } as const;

function deliveryMoment(delivery: TracedDelivery): Bare {
  const { target, event, state, attempts, created_at: owedAt, finished_at: finishedAt } = delivery;
  const parts = [
    finishedAt === null ? '' : `за ${spokenMs(Math.max(0, finishedAt.getTime() - owedAt.getTime()))}`,
    `попыток ${attempts}`,
    delivery.note ?? '',
    delivery.last_error ?? '',
  ];
  return {
    at: finishedAt ?? owedAt,
    kind: target === 'dispatch' ? 'dispatch' : 'crm',
    title: `${titleOf(target)}: ${eventWord(event)} — ${DELIVERY_WORDS[state]}`,
    detail: parts.filter((part) => part !== '').join(' · '),
    tone: DELIVERY_TONES[state],
  };
}

function requestMoment({ crm, event, attempt, method, url, status, error, at, ...request }: TracedRequest): Bare {
  const isGood = status !== null && status < 400 && error === null;
  const parts = [
    `${method ?? ''} ${url ?? ''}`.trim(),
    `ответ ${status ?? 'не получен'}`,
    request.duration_ms === null ? '' : spokenMs(request.duration_ms),
    error ?? '',
  ];
  return {
    at,
    kind: 'request',
    title: `Запрос в ${titleOf(crm)}: ${eventWord(event)}, попытка ${attempt}`,
    detail: parts.filter((part) => part !== '').join(' · '),
    tone: isGood ? 'plain' : 'bad',
    body: request.response,
  };
}

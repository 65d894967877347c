import { z } from 'zod';
import type { TimelineEntry } from '../run.js';
import { isSettled, type Outcome } from './outcome.js';

const Acknowledgement = z.object({ event_id: z.number() });

/** The id under which the core says it stored an event. */
export function storedId({ status, answer }: TimelineEntry): number | undefined {
  return status === 200 ? Acknowledgement.safeParse(answer).data?.event_id : undefined;
}

/** Whether each event was posted, taken, and stored once a posting and in order. Russian sentences. */
export function judgeEvents(timeline: readonly TimelineEntry[], outcome: Outcome | undefined): string[] {
  const sent = timeline.filter(({ sent_at }) => sent_at !== undefined);
  const said = sent.flatMap(answerProblem);
  const unsent = timeline.length - sent.length;
  if (unsent > 0) said.push(`Не отправлено событий: ${unsent} из ${timeline.length}.`);
  if (outcome === undefined) return said;
  const ids = sent.flatMap((entry) => storedId(entry) ?? []);
  const stored = new Map(outcome.events.map((event) => [event.id, event]));
  for (const entry of sent) {
    const id = storedId(entry);
    if (id === undefined) continue;
    const event = stored.get(id);
    if (event === undefined) {
      said.push(`${nameOf(entry)}: ядро подтвердило событие (id ${id}), но в call_events его нет.`);
    } else if (event.event_type !== entry.event) {
      said.push(`${nameOf(entry)}: под id ${id} сохранено другое событие: ${event.event_type}.`);
    } else if (event.process_error !== null) {
      said.push(`${nameOf(entry)}: не обработано, отложено с ошибкой «${event.process_error}» (id ${id}).`);
    }
  }
  if (new Set(ids).size < ids.length) said.push('Несколько отправок подтверждены одним и тем же id события.');
  if (ids.some((id, index) => id < (ids[index - 1] ?? 0))) {
    said.push('События сохранены не в том порядке, в котором отправлены.');
  }
  const unconfirmed = sent.filter((entry) => storedId(entry) === undefined).length;
  const surplus = outcome.events.length - new Set(ids).size;
  if (surplus > unconfirmed) {
    said.push(`В call_events событий звонка больше, чем отправлено: лишних ${surplus - unconfirmed}.`);
  }
  return [...said, ...owedProblems(outcome)];
}

function answerProblem(entry: TimelineEntry, index: number, all: readonly TimelineEntry[]): string[] {
  if (entry.error !== undefined || (entry.status ?? 0) >= 500) {
    const isRepeated = all[index + 1]?.event === entry.event && all[index + 1]?.note !== undefined;
    const why = entry.error ?? `ответ ${String(entry.status)}`;
    return isRepeated ? [] : [`${nameOf(entry)}: не подтверждено ядром (${why}).`];
  }
  if (entry.status === undefined) return [];
  if (entry.status !== 200) return [`${nameOf(entry)}: ядро ответило ${entry.status} вместо 200.`];
  return storedId(entry) === undefined ? [`${nameOf(entry)}: в ответе ядра нет id события.`] : [];
}

function owedProblems(outcome: Outcome): string[] {
  if (isSettled(outcome)) return outcome.deliveries.flatMap(deadProblem);
  const said: string[] = outcome.deliveries.flatMap(deadProblem);
  if (outcome.unprocessed > 0) said.push(`Не обработано событий: ${outcome.unprocessed}.`);
  if (outcome.waking > 0) said.push(`Звонков, которые ещё не завершились по времени: ${outcome.waking}.`);
  const pending = outcome.deliveries.filter(({ state }) => state === 'pending' || state === 'running');
  for (const { target, last_error } of pending) {
    said.push(`Доставка (${target}) ещё не выполнена${last_error === null ? '' : `: ${last_error}`}.`);
  }
  return said;
}

function deadProblem({ target, state, last_error }: Outcome['deliveries'][number]): string[] {
  if (state !== 'dead') return [];
  return [`Доставка (${target}) прекращена: ${last_error ?? 'причина не записана'}.`];
}

const nameOf = ({ index, event }: TimelineEntry): string => `Событие ${index + 1} (${event})`;

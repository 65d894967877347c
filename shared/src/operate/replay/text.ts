import type { ReplayedCall } from '../../db/replayCalls.js';
import { tableOf } from '../table.js';
import { clockText } from '../zoneClock.js';
import type { Outcome } from './processed.js';

const MOST_LISTED = 30;

const STATE: Readonly<Record<ReplayedCall['state'], string>> = {
  open: 'идёт',
  final: 'окончен',
  retracted: 'часть другого звонка',
  forgotten: 'окончен давно',
};

/** The first calls as a table. @param zone IANA */
export function callTable(calls: readonly ReplayedCall[], zone: string): string[] {
  if (calls.length === 0) return [];
  const rows = calls
    .slice(0, MOST_LISTED)
    .map(({ started_at: at, unique_id: id, phone, state }) => [clockText(at, zone), id, phone || '—', STATE[state]]);
  const more = calls.length - rows.length;
  return ['', ...tableOf(['начало', 'UniqueId', 'номер', 'состояние'], rows), ...(more > 0 ? [`  и ещё ${more}`] : [])];
}

/** What became of events that were processed again. @param left how many were not touched any more */
export function outcomeLines({ done, setAside, waiting }: Outcome, left: number): string[] {
  return [
    `  Обработано событий: ${done}`,
    ...(setAside.length > 0 ? [`  Отложено из-за ошибки: ${setAside.length}`] : []),
    ...setAside
      .slice(0, MOST_LISTED)
      .map(({ id, unique_id, reason }) => `    событие ${id}, канал ${unique_id || '—'}: ${reason}`),
    ...(waiting > 0 ? [`  Ждут ядра: ${waiting}${left > 0 ? `; не тронуто: ${left}` : ''}`] : []),
  ];
}

export function verdictOf({ setAside, waiting }: Outcome, left: number): string {
  if (waiting > 0) {
    const again = left > 0 ? 'и повторите команду: остальное не тронуто.' : '— оно их обработает само.';
    return `ИТОГ: сделано не всё: ядро не обрабатывает события. Запустите его (npm start) ${again}`;
  }
  if (setAside.length > 0) return 'ИТОГ: сделано всё, кроме отложенных событий (см. выше и логи core).';
  return 'ИТОГ: всё обработано.';
}

/** `2 мин`, for how long something takes at least. */
export const about = (ms: number): string => (ms < 60_000 ? 'меньше минуты' : `около ${Math.ceil(ms / 60_000)} мин`);

import { make } from './make.js';
import { spokenDay, spokenNumber, spokenSeconds } from './spoken.js';

const LATE_SECONDS = 300;

const COLUMNS = ['Куда', 'Ждёт', 'Повторяется', 'В работе', 'Не доставлено', 'Опоздание'];

export function showOutbox(table, outbox) {
  const cell = (value, tone) => make('td', { class: `number ${value > 0 ? tone : ''}`, text: spokenNumber(value) });
  table.replaceChildren(
    make('tr', {}, ...COLUMNS.map((text, index) => make('th', { scope: 'col', class: index > 0 && 'number', text }))),
    ...outbox.map((row) =>
      make(
        'tr',
        {},
        make('td', { text: row.title }),
        cell(row.waiting, ''),
        cell(row.retrying, 'wait'),
        cell(row.running, ''),
        cell(row.dead, 'bad'),
        make('td', {
          class: `number ${row.oldest_seconds > LATE_SECONDS ? 'bad' : ''}`,
          text: row.oldest_seconds < 1 ? '—' : spokenSeconds(row.oldest_seconds),
        }),
      ),
    ),
  );
}

export function showOldest(line, { oldest, titles }) {
  if (oldest === null) {
    line.textContent = 'Ничего не опаздывает.';
    return;
  }
  const { enterprise, name, target, waiting_seconds: waiting, attempts, next_try_at: next, last_error: error } = oldest;
  line.textContent = [
    `Дольше всех ждёт ${spokenSeconds(waiting)}: ${titles[target] ?? target}, ${name ?? ''} (${enterprise})`,
    attempts > 0 ? `попыток ${attempts}, следующая ${spokenDay(next)}` : 'ещё не начата',
    error,
  ]
    .filter(Boolean)
    .join(' · ');
}

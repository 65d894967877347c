import { formatted } from '../form/phone.js';
import { make } from '../make.js';

const DIRECTIONS = { incoming: 'Входящий', outgoing: 'Исходящий', internal: 'Внутренний' };
/** The calls that there should be, beside those that there are. */
export function showCalls(container, { expected, calls, state }) {
  const isOver = state === 'done';
  container.replaceChildren(
    side('Должно быть', (expected?.calls ?? []).map(sentence), expected === null ? 'Не задано' : 'Ни одного звонка'),
    side('В базе', calls.map(sentence), isOver ? 'Звонков нет' : 'Пока ничего: звонок не завершён'),
  );
}

function sentence({ direction, party, answered, talked, rang, date_received, date_end }) {
  return make(
    'li',
    {},
    make('b', { text: `${DIRECTIONS[direction] ?? direction}, ${formatted(party) || 'номер неизвестен'}` }),
    make('br'),
    answered
      ? `✅ говорили: ${talked.map(formatted).join(' → ') || 'неизвестно кто'}${lengthOf(date_received, date_end)}`
      : '❌ не ответили',
    rang.length === 0 ? null : make('br'),
    rang.length === 0 ? null : `📞 звонили: ${[...rang].sort().join(', ')}`,
  );
}

/** From beginning to end, once both are known. */
function lengthOf(began, ended) {
  if (began === undefined || ended === undefined) return '';
  return `, всего ${Math.round((Date.parse(ended) - Date.parse(began)) / 1000)} с`;
}

function side(title, items, nothing) {
  return make(
    'div',
    { class: 'calls-side' },
    make('h4', { text: title }),
    items.length === 0 ? make('p', { class: 'hint', text: nothing }) : make('ul', {}, ...items),
  );
}

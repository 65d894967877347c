import { formatted } from '../form/phone.js';
import { make } from '../make.js';

const DIRECTIONS = { incoming: 'Входящий', outgoing: 'Исходящий', internal: 'Внутренний' };
const BY_TYPE = ['incoming', 'outgoing', 'internal'];

/** The calls that there should be, beside those that there are. */
export function showCalls(container, { expected, calls, state }) {
  const isOver = state === 'done';
  const there = calls.map(ofRow);
  container.replaceChildren(
    side('Должно быть', (expected?.calls ?? []).map(sentence), 'Ни одного звонка'),
    side('В базе', there.map(sentence), isOver ? 'Звонков нет' : 'Пока ничего: звонок не завершён'),
  );
}

/** A row of `calls` in the words of what was expected. */
function ofRow({ call_type, call_status, phone, talked = [], rang = [], talk_seconds }) {
  return {
    direction: BY_TYPE[call_type],
    party: phone ?? '',
    answered: call_status === 2,
    talked,
    rang,
    seconds: talk_seconds,
  };
}

function sentence({ direction, party, answered, talked = [], rang = [], seconds }) {
  const length = typeof seconds === 'number' ? `, ${seconds} с` : '';
  return make(
    'li',
    {},
    make('b', { text: `${DIRECTIONS[direction] ?? direction}, ${formatted(party) || 'номер неизвестен'}` }),
    make('br'),
    answered ? `✅ говорили: ${talked.map(formatted).join(' → ') || 'неизвестно кто'}${length}` : '❌ не ответили',
    rang.length === 0 ? null : make('br'),
    rang.length === 0 ? null : `📞 звонили: ${[...rang].sort().join(', ')}`,
  );
}

function side(title, items, nothing) {
  return make(
    'div',
    { class: 'calls-side' },
    make('h4', { text: title }),
    items.length === 0 ? make('p', { class: 'hint', text: nothing }) : make('ul', {}, ...items),
  );
}

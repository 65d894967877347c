import { make } from './make.js';
import { spokenClock, spokenDay, spokenSeconds } from './spoken.js';

const DIRECTIONS = { incoming: 'входящий', outgoing: 'исходящий', internal: 'внутренний' };
const STATES = { open: 'идёт', final: 'завершён', retracted: 'отозван: оказался частью другого' };

/** Found calls as a list; a click opens one. */
export function showCalls(box, calls, onOpen) {
  if (calls.length === 0) {
    box.replaceChildren(make('p', { class: 'soft', text: 'Таких звонков нет.' }));
    return;
  }
  const open = (event, call) => {
    for (const button of box.querySelectorAll('button')) button.setAttribute('aria-pressed', 'false');
    event.currentTarget.setAttribute('aria-pressed', 'true');
    onOpen(call);
  };
  box.replaceChildren(
    make(
      'ul',
      { class: 'calls' },
      ...calls.map((call) =>
        make(
          'li',
          {},
          make(
            'button',
            { type: 'button', 'aria-pressed': 'false', on: { click: (event) => open(event, call) } },
            make('strong', { text: call.phone || call.unique_id }),
            make('span', { text: spokenDay(call.started_at, call.timezone) }),
            make('span', { text: `${DIRECTIONS[call.direction] ?? ''}, ${answerOf(call)}` }),
            make('span', { class: 'soft', text: `${call.name ?? ''} (${call.enterprise}) · ${call.unique_id}` }),
          ),
        ),
      ),
    ),
  );
}

const answerOf = ({ state, answered }) => (state === 'final' ? (answered ? 'с ответом' : 'без ответа') : STATES[state]);

export function showTimeline(box, { call, moments }) {
  const zone = call.timezone;
  box.replaceChildren(
    make(
      'div',
      { class: 'call-head' },
      make('h3', { text: `${call.phone || call.unique_id} — ${STATES[call.state]}` }),
      make('p', {
        class: 'soft',
        text: `${call.name ?? ''} (${call.enterprise}) · ${spokenDay(call.started_at, zone)} (${zone ?? ''}) · UniqueId ${call.unique_id} · ${call.uuid}`,
      }),
    ),
    make('ol', { class: 'timeline' }, ...moments.map((moment) => momentItem(moment, zone))),
  );
}

function momentItem({ at, kind, title, detail, tone, body, gap_ms: gap }, zone) {
  const text =
    body === undefined || body === null ? null : typeof body === 'string' ? body : JSON.stringify(body, null, 2);
  return make(
    'li',
    { data: { tone, kind } },
    make('time', { datetime: at, text: spokenClock(at, zone) }),
    make('span', { class: 'gap', text: gap === null ? '' : `+${spokenSeconds(gap / 1000)}` }),
    make(
      'div',
      { class: 'what' },
      make('strong', { text: title }),
      make('div', { class: 'soft', text: detail }),
      text === null ? null : make('details', {}, make('summary', { text: 'Подробно' }), make('pre', { text })),
    ),
  );
}

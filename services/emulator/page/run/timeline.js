import { make } from '../make.js';
import { codeBlock } from './codeBlock.js';
import { partiesOf, wordsOf } from './eventWords.js';

/**
 * What was sent and what was answered, event by event. Only what changed is drawn anew, so that what the reader opened
 * stays open.
 *
 * @param {HTMLOListElement} list
 */
export function createTimeline(list) {
  let shown = [];

  return {
    show({ run_id, timeline }) {
      if (list.dataset.run !== run_id) {
        list.dataset.run = run_id;
        list.replaceChildren();
        shown = [];
      }
      const next = timeline.find(({ sent_at }) => sent_at === undefined);
      timeline.forEach((entry, place) => {
        const source = JSON.stringify([entry, entry === next]);
        if (shown[place]?.source === source) return;
        const element = entryElement(entry, entry === next, shown[place]?.element);
        if (shown[place] === undefined) list.append(element);
        else shown[place].element.replaceWith(element);
        shown[place] = { source, element };
      });
      while (shown.length > timeline.length) shown.pop().element.remove();
    },
  };
}

function entryElement(entry, isNext, before) {
  const { sign, word } = wordsOf(entry);
  const isPending = entry.sent_at === undefined;
  const details = make(
    'details',
    {},
    make(
      'summary',
      {},
      make('span', { class: 'event-time', text: offsetOf(entry.offset_ms) }),
      make('span', { class: 'event-sign', 'aria-hidden': 'true', text: sign }),
      make(
        'span',
        { class: 'event-what' },
        make('span', { class: 'event-line' }, make('b', { class: 'event-name', text: entry.event }), ` ${word}`),
        make('span', { class: 'event-parties', text: partiesOf(entry) }),
        entry.note === undefined ? null : make('span', { class: 'event-note', text: entry.note }),
      ),
      answerMark(entry, isNext),
    ),
    ...detailParts(entry),
  );
  // What was open stays open, and what had the focus keeps it.
  const old = before?.querySelector('details');
  details.open = old?.open ?? false;
  const hadFocus = old?.firstElementChild === document.activeElement && old !== undefined;
  const item = make(
    'li',
    { class: `event ${isPending ? 'is-pending' : ''} ${isNext ? 'is-next' : ''}`, data: { event: entry.event } },
    details,
  );
  if (hadFocus) queueMicrotask(() => details.firstElementChild.focus());
  return item;
}

function answerMark({ sent_at, status, ms, error }, isNext) {
  if (sent_at === undefined) return make('span', { class: 'event-answer', text: isNext ? 'следующее' : 'ждёт' });
  if (error !== undefined) return make('span', { class: 'event-answer is-bad', text: '✕ нет ответа' });
  if (status === undefined) return make('span', { class: 'event-answer', text: 'отправлено…' });
  const isGood = status >= 200 && status < 300;
  const time = ms === undefined ? '' : ` · ${Math.round(ms)} мс`;
  return make('span', {
    class: `event-answer ${isGood ? 'is-good' : 'is-bad'}`,
    text: `${isGood ? '✓' : '✕'} ${status}${time}`,
  });
}

function detailParts({ error, headers, body, answer }) {
  return [
    error === undefined ? null : make('p', { class: 'event-error', text: error }),
    codeBlock('Заголовки', headers),
    codeBlock('Тело', body),
    codeBlock('Ответ', answer),
  ];
}

/** Since the first event. */
function offsetOf(ms) {
  const seconds = ms / 1000;
  return `+${seconds.toLocaleString('ru', { minimumFractionDigits: 1, maximumFractionDigits: 1 })} с`;
}

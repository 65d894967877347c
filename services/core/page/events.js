import { make } from './make.js';
import { spokenDay } from './spoken.js';

/**
 * @param {string | null} zone of the enterprise
 * @param {(uuid: string) => void} onCall
 */
export function showEvents(box, events, zone, onCall) {
  if (events.length === 0) {
    box.replaceChildren(make('p', { class: 'soft', text: 'Событий нет.' }));
    return;
  }
  const header = ['Время', 'Событие', 'UniqueId', 'Обработано', 'Звонок'];
  box.replaceChildren(
    make(
      'div',
      { class: 'scroll' },
      make(
        'table',
        {},
        make('tr', {}, ...header.map((text) => make('th', { scope: 'col', text }))),
        ...events.map((event) =>
          make(
            'tr',
            {},
            make('td', { text: spokenDay(event.at, zone) }),
            make('td', { text: event.event_type }),
            make('td', { text: event.unique_id }),
            make('td', {
              class: event.error === null ? '' : 'bad',
              text: event.error ?? (event.processed_at === null ? 'ещё нет' : 'да'),
            }),
            make(
              'td',
              {},
              event.call_uuid === null
                ? make('span', { class: 'soft', text: '—' })
                : make('button', { type: 'button', text: 'Ход', on: { click: () => onCall(event.call_uuid) } }),
            ),
          ),
        ),
      ),
    ),
  );
}

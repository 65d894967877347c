import { make } from './make.js';
import { spokenDay } from './spoken.js';

export function showTroubles(box, troubles) {
  if (troubles.length === 0) {
    box.replaceChildren(make('p', { class: 'good', text: 'Ошибок нет.' }));
    return;
  }
  box.replaceChildren(
    make(
      'ul',
      { class: 'troubles' },
      ...troubles.map(({ enterprise, name, what, error, advice, at, held_until: held }) =>
        make(
          'li',
          {},
          make('strong', { text: enterprise === null ? what : `${name ?? ''} (${enterprise}) — ${what}` }),
          at === null ? null : make('span', { class: 'soft', text: ` ${spokenDay(at)}` }),
          error === null ? null : make('p', { class: 'reason', text: error }),
          held !== null && new Date(held) > new Date()
            ? make('p', { class: 'reason', text: `Следующая попытка ${spokenDay(held)}` })
            : null,
          make('p', { text: advice }),
        ),
      ),
    ),
  );
}

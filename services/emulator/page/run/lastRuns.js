import { addressOf } from '../address.js';
import { readRuns } from '../api.js';
import { dayOf, timeOf } from '../chats/time.js';
import { make } from '../make.js';
import { stateOf } from './states.js';

/**
 * The runs of late, newest first.
 *
 * @param {HTMLElement} container
 * @param {{onOpen: (id: string) => void}} parts
 */
export function createLastRuns(container, { onOpen }) {
  let openId;

  async function refresh() {
    try {
      const runs = await readRuns();
      container.replaceChildren(
        runs.length === 0
          ? make('p', { class: 'hint', text: 'Прогонов ещё не было.' })
          : make('ul', { class: 'runs' }, ...runs.map(runLink)),
      );
    } catch (error) {
      container.replaceChildren(make('p', { class: 'hint', text: error.message }));
    }
  }

  function runLink(run) {
    const { sign, word, tone } = stateOf(run);
    const link = make(
      'a',
      {
        href: addressOf({ run: run.run_id }),
        class: 'run-link',
        'aria-current': run.run_id === openId ? 'true' : null,
        on: {
          click: (event) => {
            if (event.ctrlKey || event.metaKey || event.shiftKey) return;
            event.preventDefault();
            onOpen(run.run_id);
          },
        },
      },
      make('span', { class: 'sign', data: { tone }, role: 'img', 'aria-label': word, title: word, text: sign }),
      make('span', { class: 'code', text: run.scenario ?? '' }),
      make('span', { class: 'run-title', text: run.title }),
      make('time', { datetime: run.began_at, text: whenOf(Date.parse(run.began_at) / 1000) }),
    );
    return make('li', {}, link);
  }

  return {
    refresh,
    mark(id) {
      openId = id;
      for (const link of container.querySelectorAll('.run-link')) {
        if (link.search === addressOf({ run: id })) link.setAttribute('aria-current', 'true');
        else link.removeAttribute('aria-current');
      }
    },
  };
}

/** The time of today's, the day of older ones. */
function whenOf(seconds) {
  return dayOf(seconds) === dayOf(Date.now() / 1000) ? timeOf(seconds) : dayOf(seconds);
}

import { make } from './make.js';
import { spokenSeconds } from './spoken.js';

const WORDS = { ok: 'работает', unavailable: 'не готов', away: 'не отвечает' };

export function showServices(list, services) {
  list.replaceChildren(
    ...services.map(({ title, state, uptime_seconds: uptime, failed }) =>
      make(
        'li',
        { data: { state } },
        make('strong', { text: title }),
        make('span', {
          class: state === 'ok' ? 'soft' : 'bad',
          text: state === 'ok' && uptime !== null ? `${WORDS.ok} ${spokenSeconds(uptime)}` : WORDS[state],
        }),
        failed.length === 0 ? null : make('span', { class: 'bad', text: ` (${failed.join(', ')})` }),
      ),
    ),
  );
}

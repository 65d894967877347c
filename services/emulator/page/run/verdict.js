import { make } from '../make.js';
import { stateOf } from './states.js';

/** Good or bad, in words, sign and colour; each discrepancy is a sentence. */
export function showVerdict(container, run) {
  const { sign, word, tone } = stateOf(run);
  container.hidden = run.state !== 'done';
  if (container.hidden) return;
  container.dataset.tone = tone;
  const discrepancies = run.verdict?.discrepancies ?? [];
  container.replaceChildren(
    make('span', { class: 'sign', 'aria-hidden': 'true', text: sign }),
    make(
      'div',
      { class: 'verdict-text' },
      make('h3', { text: tone === 'bad' ? `${word}: ${discrepancies.length}` : word }),
      tone === 'good'
        ? make('p', { text: 'События, звонки в базе, сообщения и CRM такие, какими должны быть.' })
        : null,
      tone === 'none' ? make('p', { text: 'Проверка не проводилась.' }) : null,
      discrepancies.length === 0 ? null : make('ul', {}, ...discrepancies.map((text) => make('li', { text }))),
    ),
  );
}

import { make } from '../make.js';

/** Something as JSON below a heading; nothing when there is nothing. */
export function codeBlock(title, value) {
  if (value === undefined || value === null || value === '') return null;
  const text = typeof value === 'string' ? value : JSON.stringify(value, null, 2);
  return make(
    'div',
    { class: 'code-block' },
    make('div', { class: 'code-title', text: title }),
    make('pre', { text, tabindex: 0, role: 'region', 'aria-label': title }),
  );
}

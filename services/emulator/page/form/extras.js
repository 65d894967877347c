import { make } from '../make.js';

/**
 * The pace and what goes wrong.
 *
 * @param {{paces: HTMLElement, faults: HTMLElement, summary: HTMLElement}} parts
 * @param {{paces: object[], faults: object[]}} catalogue
 * @param {{pace: string, faults: string[]}} choice
 * @param {(changes: object) => void} change
 */
export function showExtras({ paces, faults, summary }, catalogue, choice, change) {
  paces.replaceChildren(
    ...catalogue.paces.map(({ code, title }) =>
      option({ type: 'radio', name: 'pace', value: code, title, isChosen: code === choice.pace }, () =>
        change({ pace: code }),
      ),
    ),
  );
  const count = (codes) => (summary.textContent = codes.length === 0 ? 'нет' : String(codes.length));
  const chosen = () => [...faults.querySelectorAll('input:checked')].map(({ value }) => value);
  faults.replaceChildren(
    ...catalogue.faults.map(({ code, title }) =>
      option({ type: 'checkbox', name: 'fault', value: code, title, isChosen: choice.faults.includes(code) }, () => {
        change({ faults: chosen() });
        count(chosen());
      }),
    ),
  );
  count(choice.faults);
}

function option({ type, name, value, title, isChosen }, onChange) {
  const input = make('input', { type, name, value, on: { change: onChange } });
  input.checked = isChosen;
  return make('label', { class: 'chip' }, input, make('span', { text: title }));
}

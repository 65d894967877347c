import { make } from '../make.js';

/**
 * The pace and what goes wrong.
 *
 * @param {{paces: HTMLElement, about: HTMLElement, faults: HTMLElement, summary: HTMLElement}} parts
 * @param {{paces: object[], faults: object[]}} catalogue
 * @param {{pace: string, faults: string[]}} choice
 * @param {(changes: object) => void} change
 */
export function showExtras({ paces, about, faults, summary }, catalogue, choice, change) {
  // «Быстро: не больше 0,25 с»: the button says the word, the rest stands below.
  const wordOf = (title) => title.split(': ')[0];
  const describe = (code) => {
    about.textContent = sentence(catalogue.paces.find((pace) => pace.code === code)?.title.split(': ')[1] ?? '');
  };
  describe(choice.pace);
  paces.replaceChildren(
    ...catalogue.paces.map(({ code, title }) =>
      option({ type: 'radio', name: 'pace', value: code, title: wordOf(title), isChosen: code === choice.pace }, () => {
        change({ pace: code });
        describe(code);
      }),
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

const sentence = (text) => text.charAt(0).toUpperCase() + text.slice(1);

function option({ type, name, value, title, isChosen }, onChange) {
  const input = make('input', { type, name, value, on: { change: onChange } });
  input.checked = isChosen;
  return make('label', { class: 'chip' }, input, make('span', { text: title }));
}

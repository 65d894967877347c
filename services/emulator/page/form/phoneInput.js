import { make } from '../make.js';
import { countries, countryOf, formatted, normalised, phoneProblem } from './phone.js';

/**
 * A phone number: typed in any usual way, shown as its country writes it.
 *
 * @param {object} field
 * @param {object} parts
 * @param {(phone: string) => void} parts.onChange E.164 as far as it can be told
 * @param {{iso: () => string, choose: (iso: string) => void}} parts.country whose numbers are made up
 * @param {(field: object) => void} parts.onRandom makes up a number
 */
export function phoneInput(field, { onChange, country, onRandom }) {
  const about = make('span', { class: 'hint' });
  const input = make('input', {
    id: `field-${field.name}`,
    name: field.name,
    type: 'tel',
    inputmode: 'tel',
    autocomplete: 'off',
    placeholder: '+375 (29) 000-00-00',
    on: {
      input: () => {
        onChange(normalised(input.value));
        describe();
      },
      blur: () => (input.value = formatted(normalised(input.value))),
    },
  });
  const describe = () => {
    const phone = normalised(input.value);
    about.textContent = phoneProblem(phone) === undefined ? `· ${countryOf(phone)?.name ?? 'другая страна'}` : '';
  };
  const label = make('label', { for: input.id }, make('span', { text: field.label }), ' ', about);
  return {
    parts: [label, input, randomNumber(field, { country, onRandom })],
    inputs: () => [input],
    show: ({ value }) => {
      if (document.activeElement !== input || normalised(input.value) !== value) input.value = formatted(value);
      describe();
    },
  };
}

function randomNumber(field, { country, onRandom }) {
  const select = make(
    'select',
    {
      'aria-label': `Страна случайного номера: ${field.label}`,
      data: { country: field.name },
      on: {
        change: () => {
          country.choose(select.value);
          onRandom(field);
        },
      },
    },
    ...countries.map(({ iso, name }) => make('option', { value: iso, text: name })),
  );
  select.value = country.iso();
  const button = make('button', {
    type: 'button',
    class: 'quiet',
    text: 'Случайный',
    'aria-label': `Случайный номер: ${field.label}`,
    on: { click: () => onRandom(field) },
  });
  return make('div', { class: 'row' }, select, button);
}

import { make, setAttribute } from '../make.js';
import { phoneInput } from './phoneInput.js';

/**
 * A field of a scenario on the page.
 *
 * @param {object} field
 * @param {{onChange: (value: string | string[]) => void, country: object, onRandom: (field: object) => void}} parts
 * @returns {{element: HTMLElement, show: (settled: object) => void, complain: (problem?: string) => void,
 *   focus: () => void}}
 */
export function fieldControl(field, parts) {
  const control = KINDS[field.kind](field, parts);
  const error = make('p', { class: 'field-error', id: `error-${field.name}` });
  error.hidden = true;
  const element = make('div', { class: 'field', data: { field: field.name } }, ...control.parts, error);
  return {
    element,
    show: control.show,
    complain: (problem) => {
      error.hidden = problem === undefined;
      error.textContent = problem ?? '';
      for (const input of control.inputs()) {
        setAttribute(input, 'aria-invalid', problem === undefined ? null : 'true');
        setAttribute(input, 'aria-describedby', problem === undefined ? null : error.id);
      }
    },
    focus: () => control.inputs()[0]?.focus(),
  };
}

const KINDS = {
  client: phoneInput,
  mobile: phoneInput,
  followMe: numberInput,
  manager: select,
  line: select,
  managers: checkboxes,
};

const labelFor = ({ name, label }) => make('label', { for: `field-${name}`, text: label });

function select(field, { onChange }) {
  const input = make('select', {
    id: `field-${field.name}`,
    name: field.name,
    on: { change: () => onChange(input.value) },
  });
  return {
    parts: [labelFor(field), input],
    inputs: () => [input],
    show: ({ value, options }) => {
      input.replaceChildren(
        ...options.map(({ value: each, label, takenBy }) =>
          make('option', {
            value: each,
            disabled: takenBy !== undefined,
            text: takenBy === undefined ? label : `${label} (${takenBy.toLowerCase()})`,
          }),
        ),
      );
      input.value = value;
      input.disabled = options.length === 0;
    },
  };
}

function checkboxes(field, { onChange }) {
  const list = make('div', { class: 'chips' });
  const count = make('span', { class: 'hint' });
  const group = make(
    'fieldset',
    { class: 'plain' },
    make('legend', {}, make('span', { text: field.label }), ' ', count),
    list,
  );
  const boxes = () => [...list.querySelectorAll('input')];
  const chosen = () => boxes().filter(({ checked }) => checked);
  return {
    parts: [group],
    inputs: boxes,
    show: ({ value, options }) => {
      const focused = boxes().find((box) => box === document.activeElement)?.value;
      const isFull = value.length >= 4;
      count.textContent = options.length > 4 ? `до четырёх, отмечено ${value.length}` : '';
      list.replaceChildren(
        ...options.map(({ value: each, label, takenBy }) => {
          const box = make('input', {
            type: 'checkbox',
            name: field.name,
            value: each,
            on: { change: () => onChange(chosen().map((one) => one.value)) },
          });
          box.checked = value.includes(each);
          box.disabled = takenBy !== undefined || (isFull && !box.checked);
          const text = takenBy === undefined ? label : `${label} (${takenBy.toLowerCase()})`;
          return make('label', { class: 'chip' }, box, make('span', { text }));
        }),
      );
      if (focused !== undefined)
        boxes()
          .find((box) => box.value === focused)
          ?.focus();
    },
  };
}

function numberInput(field, { onChange }) {
  const input = make('input', {
    id: `field-${field.name}`,
    name: field.name,
    inputmode: 'numeric',
    autocomplete: 'off',
    maxlength: 4,
    on: { input: () => onChange(input.value.trim()) },
  });
  return {
    parts: [labelFor(field), input],
    inputs: () => [input],
    show: ({ value }) => {
      if (document.activeElement !== input) input.value = value;
    },
  };
}

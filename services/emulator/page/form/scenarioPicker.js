import { make, setAttribute } from '../make.js';
import { findScenarios } from './scenarioSearch.js';

/**
 * The choice of a scenario: a button that shows the chosen one and opens a list with a search.
 *
 * @param {HTMLElement} container
 * @param {{scenarios: object[], onChoose: (code: string) => void}} parts
 */
export function scenarioPicker(container, { scenarios, onChoose }) {
  let chosen;
  let active;

  const code = make('span', { class: 'code' });
  const title = make('span', { class: 'picker-title' });
  const button = make(
    'button',
    {
      type: 'button',
      class: 'picker-button',
      id: 'scenario',
      'aria-haspopup': 'listbox',
      'aria-expanded': 'false',
      'aria-describedby': 'scenario-story',
      on: { click: () => (panel.hidden ? open() : close()) },
    },
    code,
    title,
    make('span', { class: 'picker-arrow', 'aria-hidden': 'true', text: '▾' }),
  );
  const search = make('input', {
    type: 'text',
    role: 'combobox',
    id: 'scenario-search',
    'aria-label': 'Поиск сценария по коду или словам',
    'aria-controls': 'scenario-list',
    'aria-expanded': 'true',
    'aria-autocomplete': 'list',
    autocomplete: 'off',
    placeholder: 'Код или слова: 2-1, перевод…',
    on: { input: () => list(), keydown: (event) => onKey(event) },
  });
  const listbox = make('div', { role: 'listbox', id: 'scenario-list', 'aria-label': 'Сценарии', class: 'picker-list' });
  const panel = make('div', { class: 'picker-panel' }, search, listbox);
  panel.hidden = true;
  const story = make('p', { class: 'story', id: 'scenario-story' });
  container.replaceChildren(button, panel, story);
  container.addEventListener('focusout', ({ relatedTarget }) => {
    if (!panel.hidden && relatedTarget !== null && !container.contains(relatedTarget)) close(false);
  });

  const options = () => [...listbox.querySelectorAll('[role=option]')];

  function open() {
    panel.hidden = false;
    button.setAttribute('aria-expanded', 'true');
    search.value = '';
    list();
    search.focus();
  }

  function close(returnsFocus = true) {
    panel.hidden = true;
    button.setAttribute('aria-expanded', 'false');
    if (returnsFocus) button.focus();
  }

  function list() {
    const groups = findScenarios(scenarios, search.value);
    listbox.replaceChildren(...groups.map(groupElement));
    if (groups.length === 0) listbox.append(make('p', { class: 'nothing', text: 'Такого сценария нет' }));
    const all = options();
    const first = search.value === '' ? all.find(({ dataset }) => dataset.code === chosen) : undefined;
    activate(first ?? all[0]);
  }

  function groupElement({ title: heading, scenarios: ofGroup }, index) {
    const id = `scenario-group-${index}`;
    return make(
      'div',
      { role: 'group', 'aria-labelledby': id },
      make('div', { class: 'picker-group', id, text: heading }),
      ...ofGroup.map((each) =>
        make(
          'div',
          {
            role: 'option',
            class: 'picker-option',
            id: `scenario-${each.code}`,
            'aria-selected': String(each.code === chosen),
            data: { code: each.code },
            on: {
              // Before the search loses the focus.
              pointerdown: (event) => event.preventDefault(),
              click: () => take(each.code),
            },
          },
          make('span', { class: 'code', text: each.code }),
          make('span', { text: each.title }),
        ),
      ),
    );
  }

  function activate(option) {
    active?.classList.remove('is-active');
    active = option;
    setAttribute(search, 'aria-activedescendant', option?.id);
    option?.classList.add('is-active');
    option?.scrollIntoView({ block: 'nearest' });
  }

  function onKey(event) {
    const all = options();
    const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (move !== undefined && all.length > 0) {
      activate(all[(all.indexOf(active) + move + all.length) % all.length]);
    } else if (event.key === 'Enter') {
      if (active !== undefined) take(active.dataset.code);
    } else if (event.key === 'Escape') {
      close();
    } else return;
    event.preventDefault();
  }

  function take(code) {
    close();
    if (code !== chosen) onChoose(code);
  }

  return {
    show(scenario) {
      chosen = scenario.code;
      code.textContent = scenario.code;
      title.textContent = scenario.title;
      story.textContent = scenario.story;
    },
  };
}

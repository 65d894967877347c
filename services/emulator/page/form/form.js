import { randomPhone, readCatalogue, readDirectory, readEnterprises, Refusal } from '../api.js';
import { make } from '../make.js';
import { settleFields } from './choices.js';
import { showExtras } from './extras.js';
import { fieldControl } from './fieldControl.js';
import { fieldProblems } from './fieldProblems.js';
import { rememberChoice } from './memory.js';
import { scenarioPicker } from './scenarioPicker.js';

const FIRST_SCENARIO = '2-1';
const FIRST_PACE = 'fast';
const FIRST_COUNTRY = 'BY';

/**
 * The form: what is played, with whom, how fast and what goes wrong meanwhile.
 *
 * @param {HTMLFormElement} form
 * @param {{choice: object, onChoice: (choice: object) => void, onSubmit: (input: object) => Promise<void>}} parts
 *   `choice` is what to begin with; what it lacks gets a default
 */
export function createForm(form, { choice: begin, onChoice, onSubmit }) {
  const part = (name) => form.querySelector(`[data-part=${name}]`);
  let choice = { faults: [], ...begin, fields: { ...begin.fields } };
  let catalogue;
  let enterprises = [];
  let directory;
  let picker;
  let controls = new Map();
  let settled = new Map();
  /** Loads that were overtaken by a later choice are dropped. */
  let loading = 0;

  const scenario = () => catalogue.scenarios.find(({ code }) => code === choice.scenario);
  const enterprise = () => enterprises.find(({ number }) => number === choice.enterprise);

  /** Of made-up numbers: the one chosen on this device, or the enterprise's own. */
  const country = () => choice.country ?? enterprise().country ?? FIRST_COUNTRY;

  function change(changes) {
    choice = { ...choice, ...changes };
    rememberChoice(choice);
    onChoice(visibleChoice());
  }

  /** What a link carries: of all that is remembered only what this scenario asks for. */
  function visibleChoice() {
    const { enterprise: number, scenario: code, pace, faults } = choice;
    const fields = Object.fromEntries([...settled].map(([name, { value }]) => [name, value]));
    return { enterprise: number, scenario: code, pace, faults, fields };
  }

  async function load() {
    showState('loading');
    try {
      [catalogue, enterprises] = await Promise.all([readCatalogue(), readEnterprises()]);
      if (enterprises.length === 0) return showState('empty');
      settleCatalogue();
      await loadDirectory();
      showState('ready');
    } catch (error) {
      showState('failed', error);
    }
  }

  function settleCatalogue() {
    const has = (list, code) => list.some((each) => each.code === code);
    if (enterprise() === undefined)
      choice.enterprise = (enterprises.find((each) => each.is_test) ?? enterprises[0]).number;
    if (scenario() === undefined) {
      choice.scenario = has(catalogue.scenarios, FIRST_SCENARIO) ? FIRST_SCENARIO : catalogue.scenarios[0].code;
    }
    if (!has(catalogue.paces, choice.pace)) {
      choice.pace = has(catalogue.paces, FIRST_PACE) ? FIRST_PACE : catalogue.paces[0].code;
    }
    choice.faults = choice.faults.filter((code) => has(catalogue.faults, code));
    showEnterprises();
    picker = scenarioPicker(part('scenario'), {
      scenarios: catalogue.scenarios,
      onChoose: (code) => {
        choice.scenario = code;
        showScenario();
      },
    });
    showExtras(
      { paces: part('paces'), about: part('pace-about'), faults: part('faults'), summary: part('faults-summary') },
      catalogue,
      choice,
      change,
    );
  }

  function showEnterprises() {
    const select = part('enterprise');
    select.replaceChildren(
      ...enterprises.map(({ number, name, is_test }) =>
        make('option', { value: number, text: `${number} · ${name}${is_test ? '' : ' (рабочее)'}` }),
      ),
    );
    select.value = choice.enterprise;
  }

  async function loadDirectory() {
    loading += 1;
    const mine = loading;
    const read = await readDirectory(choice.enterprise);
    if (mine !== loading) return;
    directory = read;
    showScenario();
  }

  function showScenario() {
    const { fields } = scenario();
    picker.show(scenario());
    controls = new Map(fields.map((field) => [field.name, fieldControl(field, fieldParts(field))]));
    part('fields').replaceChildren(...[...controls.values()].map(({ element }) => element));
    part('production').hidden = enterprise().is_test;
    settled = new Map();
    settle();
    const isPhone = ({ kind }) => kind === 'client' || kind === 'mobile';
    for (const field of fields) if (isPhone(field) && settled.get(field.name).value === '') makeUp(field);
  }

  function fieldParts(field) {
    return {
      country: { iso: country, choose: (iso) => change({ country: iso }) },
      onRandom: makeUp,
      onChange: (value) => {
        choice.fields[field.name] = value;
        controls.get(field.name).complain();
        settle();
      },
    };
  }

  async function makeUp(field) {
    try {
      choice.fields[field.name] = await randomPhone(country());
    } catch (error) {
      controls.get(field.name)?.complain(error.message);
      return;
    }
    controls.get(field.name)?.complain();
    settle();
  }

  function settle() {
    const before = settled;
    settled = settleFields(scenario().fields, choice.fields, directory);
    for (const [name, each] of settled) {
      controls.get(name).show(each);
      if (each.problem !== before.get(name)?.problem) controls.get(name).complain(each.problem);
    }
    change({});
  }

  async function submit() {
    if (controls.size === 0) return;
    tell('');
    if (!part('production').hidden && !part('allow').checked) {
      tell('Подтвердите, что звонить можно и в рабочем предприятии.');
      return part('allow').focus();
    }
    if (complain(fieldProblems(scenario().fields, settled))) return;
    const { fields, ...rest } = visibleChoice();
    const isAllowed = part('production').hidden ? {} : { allow_production: part('allow').checked };
    const button = part('submit');
    button.setAttribute('aria-disabled', 'true');
    try {
      await onSubmit({ ...rest, fields, ...isAllowed });
    } catch (error) {
      refuse(error);
    } finally {
      button.removeAttribute('aria-disabled');
    }
  }

  /** @returns {boolean} whether there was something to complain about */
  function complain(problems) {
    for (const [name, control] of controls) control.complain(problems.get(name));
    const [first] = problems.keys();
    controls.get(first)?.focus();
    if (problems.size > 0) tell('Исправьте отмеченные поля.');
    return problems.size > 0;
  }

  function refuse(error) {
    if (!(error instanceof Refusal)) throw error;
    // Those of a scenario's field may come as `client`, `fields.client` or `fields.group.0`.
    const byField = error.errors.map(({ field, message }) => [field.replace(/^fields\./, '').split('.')[0], message]);
    complain(new Map(byField.filter(([name]) => controls.has(name))));
    const others = byField.filter(([name]) => !controls.has(name)).map(([, message]) => message);
    if (others.length > 0 || byField.length === 0)
      tell([...others, byField.length === 0 ? error.message : ''].join(' '));
  }

  function tell(text) {
    part('message').textContent = text.trim();
  }

  function showState(state, error) {
    form.dataset.state = state;
    part('loading').hidden = state !== 'loading';
    part('failed').hidden = state !== 'failed';
    part('empty').hidden = state !== 'empty';
    part('ready').hidden = state !== 'ready';
    if (error === undefined) return;
    part('failed-text').textContent = error.message;
    if (!(error instanceof Refusal)) throw error;
  }

  part('enterprise').addEventListener('change', (event) => {
    choice.enterprise = event.target.value;
    loadDirectory().catch((error) => showState('failed', error));
  });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    if (part('submit').getAttribute('aria-disabled') !== 'true') submit();
  });
  for (const button of form.querySelectorAll('[data-part=retry]')) button.addEventListener('click', load);
  const isLoaded = load();

  return {
    /** Fills the form with what a run was started with. */
    async fill(input) {
      await isLoaded;
      choice = { ...choice, ...input, fields: { ...choice.fields, ...input.fields } };
      if (catalogue === undefined || enterprises.length === 0) return;
      settleCatalogue();
      await loadDirectory();
    },
  };
}

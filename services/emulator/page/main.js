import { readAddress, showAddress } from './address.js';
import { startRun } from './api.js';
import { createChats } from './chats/chats.js';
import { createForm } from './form/form.js';
import { recallChoice } from './form/memory.js';
import { createLastRuns } from './run/lastRuns.js';
import { createRunView } from './run/run.js';

const element = (id) => document.getElementById(id);
const address = readAddress(location.search);
const remembered = recallChoice();
const shown = { run: address.run, choice: undefined };
/** Set when the person has started the run: a run that a link opened leaves the form and the screen to the link. */
let started = null;

const chats = createChats();
const lastRuns = createLastRuns(element('last-runs'), { onOpen: (id) => runView.open(id) });
const runView = createRunView(
  { bar: element('bar'), section: element('run') },
  {
    onOpen: (id) => {
      shown.run = id;
      showAddress(shown);
      lastRuns.mark(id);
      chats.showRun(undefined);
    },
    onRun: (run, isFirst) => {
      chats.showRun(run, isFirst && run.run_id !== started);
      if (isFirst || run.state === 'done') lastRuns.refresh();
      if (isFirst) welcome(run);
    },
  },
);

function welcome(run) {
  const { enterprise, scenario, fields, pace, faults } = run;
  if (run.run_id === started) {
    element('run').scrollIntoView({ block: 'start' });
    runView.focusStep();
  } else if (address.choice.scenario === undefined && scenario)
    form.fill({ enterprise, scenario, fields, pace, faults });
}

const form = createForm(element('form'), {
  choice: { ...remembered, ...address.choice, fields: { ...remembered.fields, ...address.choice.fields } },
  onChoice: (choice) => {
    shown.choice = choice;
    showAddress(shown);
  },
  onSubmit: async (input) => {
    started = await startRun(input);
    runView.open(started);
  },
});

for (const button of document.querySelectorAll('[data-jump]')) {
  button.addEventListener('click', () => element(button.dataset.jump).scrollIntoView({ block: 'start' }));
}
element('last-runs-box').addEventListener('toggle', () => lastRuns.refresh());
if (address.run !== null) runView.open(address.run);
lastRuns.refresh();

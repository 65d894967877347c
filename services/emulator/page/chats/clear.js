import { clearSandbox } from './sandbox.js';

/** The button that empties the sandbox, after asking. */
export function setUpClear(button, dialog) {
  button.addEventListener('click', () => {
    dialog.returnValue = '';
    dialog.showModal();
  });
  dialog.addEventListener('close', () => {
    if (dialog.returnValue === 'clear') clearSandbox();
  });
}

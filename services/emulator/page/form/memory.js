/** What was chosen last on this device. The page works without it: private windows may have no storage. */

const KEY = 'emulator.choice';

export function recallChoice() {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? '{}');
  } catch {
    return {};
  }
}

export function rememberChoice(choice) {
  try {
    localStorage.setItem(KEY, JSON.stringify(choice));
  } catch {
    // It is only forgotten.
  }
}

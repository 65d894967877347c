/** The page's address says what is shown, so that a link to it shows the same to others. */

const RUN = 'run';
const SINGLE = ['enterprise', 'scenario', 'pace'];
const FAULTS = 'faults';

/**
 * What a link chose.
 *
 * @param {string} search as in `location.search`
 * @returns {{run: string | null, choice: object}} only what the link names
 */
export function readAddress(search) {
  const params = new URLSearchParams(search);
  const choice = { fields: {} };
  for (const [name, value] of params) {
    if (name === RUN) continue;
    else if (SINGLE.includes(name)) choice[name] = value;
    else if (name === FAULTS) choice.faults = value.split(',').filter(Boolean);
    else choice.fields[name] = value.includes(',') ? value.split(',') : value;
  }
  return { run: params.get(RUN), choice };
}

/** The address of a choice, as in `location.search`. What was not chosen is left out. */
export function addressOf({ run, choice }) {
  const params = new URLSearchParams();
  if (run) params.set(RUN, run);
  for (const name of SINGLE) if (choice?.[name]) params.set(name, choice[name]);
  if (choice?.faults?.length > 0) params.set(FAULTS, choice.faults.join(','));
  for (const [name, value] of Object.entries(choice?.fields ?? {})) {
    const text = [value].flat().join(',');
    if (text !== '') params.set(name, text);
  }
  // Commas and plus signs: the former are readable as they are.
  return `?${params.toString().replaceAll('%2C', ',')}`;
}

/** Changes the address without a step in the browser's history. */
export function showAddress(parts) {
  history.replaceState(history.state, '', `${location.pathname}${addressOf(parts)}${location.hash}`);
}

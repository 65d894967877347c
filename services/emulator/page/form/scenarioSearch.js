const GROUPS = [
  { begin: '1-', title: 'Исходящие' },
  { begin: '2-', title: 'Входящие' },
  { begin: '3-', title: 'Внутренние' },
];

/**
 * The scenarios that a search finds, in groups; groups without any are left out.
 *
 * @param {{code: string, title: string, story: string}[]} scenarios
 * @param {string} query a code or its beginning, or beginnings of words in any order
 */
export function findScenarios(scenarios, query) {
  const words = plain(query).split(' ').filter(Boolean);
  const found = scenarios.filter((scenario) => words.every((word) => isIn(scenario, word)));
  // Who types a whole code means that one.
  const exact = found.filter(({ code }) => words.length === 1 && code === words[0]);
  const shown = [...exact, ...found.filter((each) => !exact.includes(each))];
  return GROUPS.map(({ begin, title }) => ({
    title,
    scenarios: shown.filter(({ code }) => code.startsWith(begin)),
  })).filter((group) => group.scenarios.length > 0);
}

/** Words are found by their beginnings: «не» is not in «менеджер». */
function isIn({ code, title, story }, word) {
  if (/^\d+-?\d*$/.test(word)) return code.startsWith(word);
  return plain(`${title} ${story}`)
    .split(/[^\p{L}\d-]+/u)
    .some((each) => each.startsWith(word));
}

const plain = (text) => text.trim().toLowerCase().replaceAll('ё', 'е').replace(/\s+/g, ' ');

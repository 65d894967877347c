import { phoneProblem } from './phone.js';

/**
 * What is wrong with what was chosen; the service checks the same and more.
 *
 * @param {object[]} fields of the scenario
 * @param {ReturnType<import('./choices.js').settleFields>} settled
 * @returns {Map<string, string>} a sentence by field, in the order of the fields
 */
export function fieldProblems(fields, settled) {
  const problems = new Map();
  for (const field of fields) {
    const problem = settled.get(field.name).problem ?? problemOf(field, { fields, settled });
    if (problem !== undefined) problems.set(field.name, problem);
  }
  return problems;
}

function problemOf(field, context) {
  const { value } = context.settled.get(field.name);
  if (field.kind === 'managers') return value.length === 0 ? 'Отметьте хотя бы одного менеджера' : undefined;
  if (field.kind === 'followMe' && !/^\d{3,4}$/.test(value)) return 'Введите внутренний номер: 3–4 цифры';
  if (field.kind === 'client' || field.kind === 'mobile') return phoneProblem(value) ?? sameAs(field, value, context);
  return sameAs(field, value, context);
}

function sameAs({ differsFrom = [] }, value, { fields, settled }) {
  const same = fields.find(
    ({ name }) => differsFrom.includes(name) && [settled.get(name).value].flat().includes(value),
  );
  return same === undefined ? undefined : `Уже указано в поле «${same.label}»`;
}

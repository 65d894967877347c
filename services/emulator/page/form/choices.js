/** What can be chosen in each field, and what is chosen unless the person chose something else. */

const MOST_MANAGERS = 4;

/**
 * Settles the fields of a scenario, one after the other: each keeps what is wanted as far as it is there and no field
 * before it holds it, or gets the first that is free.
 *
 * @param {object[]} fields of the scenario, in order
 * @param {Record<string, string | string[]>} wanted by the fields' names; some may be missing
 * @param {{managers: object[], lines: object[]}} directory of the enterprise
 * @returns {Map<string, {value: string | string[], options: object[], problem: string | undefined}>} by field
 */
export function settleFields(fields, wanted, directory) {
  const settled = new Map();
  for (const field of inOrder(fields)) settled.set(field.name, settle(field, { fields, wanted, directory, settled }));
  return settled;
}

/** A field comes after those that it depends on, wherever the scenario names it. */
function inOrder(fields) {
  const needs = ({ oneOf, of, differsFrom = [] }) => [oneOf, of, ...differsFrom];
  const ordered = [];
  let rest = [...fields];
  while (rest.length > 0) {
    const next = rest.find((field) => !rest.some(({ name }) => needs(field).includes(name))) ?? rest[0];
    ordered.push(next);
    rest = rest.filter((field) => field !== next);
  }
  return ordered;
}

function settle(field, context) {
  switch (field.kind) {
    case 'manager':
      return settleOne(field, managerOptions(field, context), context);
    case 'line':
      return settleOne(field, lineOptions(field, context), context);
    case 'managers':
      return settleSome(field, managerOptions(field, context), context);
    default:
      return { value: settleText(field, context), options: [], problem: undefined };
  }
}

function settleOne(field, options, { fields, wanted, directory }) {
  const free = options.filter(({ takenBy }) => takenBy === undefined);
  const kept = free.find(({ value }) => value === wanted[field.name]);
  const chosen = kept ?? preferred(field, free, { fields, directory });
  return { value: chosen?.value ?? '', options, problem: chosen === undefined ? shortage(field, options) : undefined };
}

/** Whose phone is asked for should have one. */
function preferred({ name }, free, { fields, directory }) {
  const lends = (kind) => fields.some((other) => other.of === name && other.kind === kind);
  const has = (value, what) => directory.managers.find(({ extension }) => extension === value)?.[what];
  return (
    (lends('followMe') ? free.find(({ value }) => has(value, 'follow_me')) : undefined) ??
    (lends('mobile') ? free.find(({ value }) => has(value, 'mobile')) : undefined) ??
    free[0]
  );
}

function settleSome(field, options, { fields, wanted }) {
  const free = options.filter(({ takenBy }) => takenBy === undefined).map(({ value }) => value);
  const kept = [wanted[field.name] ?? []].flat().filter((value) => free.includes(value));
  // Nobody is chosen on purpose: that is for the person to see, not to be undone.
  if (kept.length > 0 || (Array.isArray(wanted[field.name]) && wanted[field.name].length === 0)) {
    return { value: kept.slice(0, MOST_MANAGERS), options, problem: undefined };
  }
  const alike = fields.filter(({ kind }) => kind === 'managers');
  const place = alike.indexOf(field);
  const value = alike.length === 1 ? free.slice(0, 2) : [free[place % Math.max(1, free.length)]].filter(Boolean);
  return { value, options, problem: value.length === 0 ? shortage(field, options) : undefined };
}

function settleText({ name, kind, of }, { wanted, directory, settled }) {
  const value = wanted[name];
  if (of === undefined) return typeof value === 'string' ? value : '';
  const what = kind === 'followMe' ? 'follow_me' : 'mobile';
  const owners = [settled.get(of)?.value ?? []].flat();
  const own = owners
    .map((owner) => directory.managers.find(({ extension }) => extension === owner)?.[what])
    .find(Boolean);
  const isOfSomebody = directory.managers.some((manager) => manager[what] === value);
  // The phone follows its owner, unless the person wrote another one.
  if (typeof value === 'string' && value !== '' && (!isOfSomebody || value === own)) return value;
  return own ?? (kind === 'followMe' ? freeExtension(directory) : isOfSomebody ? '' : (value ?? ''));
}

function freeExtension({ managers }) {
  const taken = managers.map(({ extension }) => extension);
  return ['300', '301', '302', '303', '304', '305'].find((each) => !taken.includes(each)) ?? '399';
}

function managerOptions(field, { fields, directory, settled }) {
  const pool = field.oneOf === undefined ? undefined : [settled.get(field.oneOf)?.value ?? []].flat();
  return directory.managers
    .filter(({ extension }) => pool === undefined || pool.includes(extension))
    .map(({ extension, name }) => ({
      value: extension,
      label: name === '' ? extension : `${extension} · ${name}`,
      takenBy: takenBy(field, extension, { fields, settled }),
    }));
}

function lineOptions(field, { fields, directory, settled }) {
  return directory.lines.map(({ id, name }) => ({
    value: id,
    label: name === '' ? id : `${name} · ${id}`,
    takenBy: takenBy(field, id, { fields, settled }),
  }));
}

/** @returns {string | undefined} the label of the field that holds the value already */
function takenBy({ differsFrom = [] }, value, { fields, settled }) {
  const holder = differsFrom.find((name) => [settled.get(name)?.value ?? []].flat().includes(value));
  return holder === undefined ? undefined : fields.find(({ name }) => name === holder)?.label;
}

function shortage({ kind, oneOf }, options) {
  if (oneOf !== undefined) return 'Сначала выберите, кому звонят';
  const what = kind === 'line' ? 'линия' : 'менеджер';
  if (options.length === 0) return `В базе нет ни одного: нужен${kind === 'line' ? 'а' : ''} ${what} этого предприятия`;
  return `Нужен${kind === 'line' ? 'а' : ''} ещё ${kind === 'line' ? 'одна' : 'один'} ${what}: остальные уже заняты`;
}

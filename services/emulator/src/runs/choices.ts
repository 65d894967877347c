import type { Line, Manager } from '../directory/directory.js';
import { listOf, type Field, type Values } from '../scenarios/fields.js';

/** Who and what can be chosen. */
export interface Supply {
  managers: readonly Manager[];
  lines: readonly Line[];
  /** A phone of somebody outside, E.164; another one each time. */
  phone: () => string;
}

/** A group rings so many phones unless others are chosen. */
const GROUP_SIZE = 2;
const MADE_UP = { extensions: 150, lines: 1_363, followMe: 301 };

/**
 * What was chosen, completed: for each field that is left the first of the enterprise's managers and lines that fits;
 * made-up ones where it has too few.
 *
 * @param turn starts the choice at another manager, so that calls at the same time are not all the same people's
 */
export function chooseFields(fields: readonly Field[], given: Values, supply: Supply, turn = 0): Values {
  const chosen: Record<string, string | readonly string[]> = {};
  for (const field of fields) {
    const value = given[field.name];
    if (value !== undefined && value.length > 0) chosen[field.name] = value;
  }
  for (const field of fields) {
    chosen[field.name] ??= choose(field, { chosen, fields, supply: turned(supply, turn) });
  }
  return chosen;
}

interface Situation {
  chosen: Values;
  fields: readonly Field[];
  supply: Supply;
}

function choose(field: Field, situation: Situation): string | string[] {
  const { chosen, supply } = situation;
  const taken = takenFrom(field, situation);
  const owners = field.of === undefined ? [] : listOf(chosen, field.of);
  const known = supply.managers.map(({ extension }) => extension);
  const own = (of: (manager: Manager) => string | null): string | undefined =>
    supply.managers
      .filter(({ extension }) => owners.includes(extension))
      .map(of)
      .find((value): value is string => value !== null && !taken.includes(value));
  switch (field.kind) {
    case 'client':
      return otherThan(taken, supply.phone);
    case 'mobile':
      return own(({ mobile }) => mobile) ?? otherThan(taken, supply.phone);
    case 'followMe':
      return own(({ follow_me }) => follow_me) ?? otherThan([...taken, ...known], counting(MADE_UP.followMe));
    case 'line':
      return firstFree(
        supply.lines.map(({ id }) => id),
        taken,
        counting(MADE_UP.lines, 7),
      );
    case 'manager':
      return firstFree(candidates(field, situation), taken, counting(MADE_UP.extensions));
    case 'managers':
      return groupOf(candidates(field, situation), taken);
  }
}

/** Managers of the field's group; those that the field's phone belongs to come first. */
function candidates(field: Field, { chosen, fields, supply }: Situation): string[] {
  if (field.oneOf !== undefined) return listOf(chosen, field.oneOf);
  const wants = fields.filter((other) => other.of === field.name).map(({ kind }) => kind);
  const has = (manager: Manager): number =>
    Number(wants.includes('mobile') && manager.mobile !== null) +
    Number(wants.includes('followMe') && manager.follow_me !== null);
  return supply.managers.toSorted((one, other) => has(other) - has(one)).map(({ extension }) => extension);
}

/** What the field must differ from, said on either side. */
function takenFrom(field: Field, { chosen, fields }: Situation): string[] {
  const others = fields.filter(({ differsFrom }) => differsFrom?.includes(field.name)).map(({ name }) => name);
  return [...(field.differsFrom ?? []), ...others].flatMap((name) => listOf(chosen, name));
}

function groupOf(extensions: readonly string[], taken: readonly string[]): string[] {
  const group = extensions.filter((extension) => !taken.includes(extension)).slice(0, GROUP_SIZE);
  const next = counting(MADE_UP.extensions);
  while (group.length < GROUP_SIZE) group.push(otherThan([...group, ...taken], next));
  return group;
}

function firstFree(values: readonly string[], taken: readonly string[], make: () => string): string {
  return values.find((value) => !taken.includes(value)) ?? otherThan([...values, ...taken], make);
}

function otherThan(taken: readonly string[], make: () => string): string {
  for (;;) {
    const value = make();
    if (!taken.includes(value)) return value;
  }
}

function counting(from: number, digits = 3): () => string {
  let next = from;
  return () => String(next++).padStart(digits, '0');
}

function turned(supply: Supply, turn: number): Supply {
  const by = supply.managers.length === 0 ? 0 : turn % supply.managers.length;
  return { ...supply, managers: [...supply.managers.slice(by), ...supply.managers.slice(0, by)] };
}

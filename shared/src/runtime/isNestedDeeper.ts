/** Nothing that hosts send comes near; what is nested some thousand times deep can be read and not be written again. */
export const DEEPEST_WRITTEN = 100;

/**
 * Whether lists and objects stand in each other more than so many times. Level by level, since no stack suffices for what
 * JSON can hold.
 */
export function isNestedDeeper(value: unknown, levels: number): boolean {
  let level = containersIn([value]);
  for (let depth = 0; depth < levels && level.length > 0; depth += 1) level = level.flatMap(containersIn);
  return level.length > 0;
}

function containersIn(container: object): object[] {
  const values: unknown[] = Object.values(container);
  return values.filter((value) => typeof value === 'object' && value !== null);
}

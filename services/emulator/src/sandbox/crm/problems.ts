import type { z } from 'zod';

/** What is wrong with one field of a request. */
export interface Problem {
  kind: 'missing' | 'type' | 'value' | 'unknown';
  /** `calls[0].phone`; '' for the whole. */
  path: string;
  value: unknown;
  /** The values that are allowed, when there is a list of them. */
  allowed: readonly string[];
  /** In Russian, without a full stop. */
  sentence: string;
}

interface Reading<T> {
  /** Undefined when the CRM cannot make use of it. */
  data: T | undefined;
  /** What the CRM refuses. */
  problems: Problem[];
  /** What it ignores: fields that it does not know. */
  ignored: Problem[];
}

const TYPES: Readonly<Record<string, string>> = {
  string: 'строка',
  number: 'число',
  int: 'целое число',
  boolean: 'логическое значение',
  array: 'список',
  object: 'объект',
  null: 'null',
  undefined: 'ничего',
};

/** Reads a request's data by a strict schema; fields that nobody knows do not spoil the rest. */
export function read<T>(schema: z.ZodType<T>, given: unknown): Reading<T> {
  const all = issuesOf(schema, given);
  const strange = all.filter((issue) => issue.code === 'unrecognized_keys');
  if (strange.length === 0) {
    return { data: schema.safeParse(given).data, problems: all.map((issue) => problemOf(issue, given)), ignored: [] };
  }
  const known: unknown = structuredClone(given);
  for (const { path, keys } of strange) {
    for (const key of keys) Reflect.deleteProperty(valueAt(known, path) as object, key);
  }
  const rest = read(schema, known);
  const ignored = strange.flatMap(({ path, keys }) => keys.map((key) => unknownField([...path, key])));
  return { ...rest, ignored: [...ignored, ...rest.ignored] };
}

function issuesOf(schema: z.ZodType, given: unknown): z.core.$ZodIssue[] {
  return schema.safeParse(given).error?.issues ?? [];
}

function unknownField(path: readonly PropertyKey[]): Problem {
  const name = nameOf(path);
  return { kind: 'unknown', path: name, value: undefined, allowed: [], sentence: `неизвестное поле ${name}` };
}

function problemOf(issue: z.core.$ZodIssue, given: unknown): Problem {
  const path = nameOf(issue.path);
  const value = valueAt(given, issue.path);
  const field = path === '' ? 'тело запроса' : `поле ${path}`;
  const base = { path, value, allowed: [] };
  const isMissing = value === undefined || (issue.code === 'too_small' && value === '');
  if (isMissing) return { ...base, kind: 'missing', sentence: `нет обязательного поля ${path}` };
  switch (issue.code) {
    case 'invalid_type': {
      const wanted = TYPES[issue.expected] ?? issue.expected;
      return { ...base, kind: 'type', sentence: `${field}: ожидается ${wanted}, получено: ${typeOf(value)}` };
    }
    case 'invalid_value': {
      const allowed = issue.values.map(String);
      const sentence = `${field}: «${shown(value)}» нет среди допустимых значений (${allowed.join(', ')})`;
      return { ...base, kind: 'value', allowed, sentence };
    }
    default:
      return { ...base, kind: 'value', sentence: `${field}: ${issue.message}, а пришло «${shown(value)}»` };
  }
}

function typeOf(value: unknown): string {
  if (Array.isArray(value)) return 'список';
  return (value === null ? TYPES['null'] : TYPES[typeof value]) ?? typeof value;
}

function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

function nameOf(path: readonly PropertyKey[]): string {
  return path.reduce<string>((name, key) => {
    if (typeof key === 'number') return `${name}[${key}]`;
    return name === '' ? String(key) : `${name}.${String(key)}`;
  }, '');
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inner, key) => (typeof inner === 'object' && inner !== null ? Reflect.get(inner, key) : undefined),
    value,
  );
}

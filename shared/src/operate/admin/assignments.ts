import { UsageError } from './command.js';

type Fields = Record<string, unknown>;

/**
 * Settings with `key=value` … put into them: `map.key=value` changes one entry of a map, `key=` takes it away, a value that
 * begins with { or [ is JSON.
 *
 * @param secret reads a value that may be `-`
 * @throws UsageError
 */
export function assign(fields: Fields, words: readonly string[], secret: (value: string) => string): Fields {
  return words.reduce((changed, word) => {
    const [, path = '', text = ''] = /^([^=]+)=([^]*)$/.exec(word) ?? [];
    if (path === '') throw new UsageError(`«${word}»: нужно ключ=значение`);
    return put(changed, path.split('.'), text === '' ? undefined : valueOf(path, secret(text)));
  }, fields);
}

function put(fields: Fields, [name = '', ...rest]: readonly string[], value: unknown): Fields {
  if (rest.length > 0) {
    const inner = fields[name];
    const map = typeof inner === 'object' && inner !== null ? (inner as Fields) : {};
    return { ...fields, [name]: put(map, rest, value) };
  }
  if (value !== undefined) return { ...fields, [name]: value };
  return Object.fromEntries(Object.entries(fields).filter(([key]) => key !== name));
}

function valueOf(path: string, text: string): unknown {
  if (!/^[{[]/.test(text)) return text;
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageError(`${path}: это не JSON`);
  }
}

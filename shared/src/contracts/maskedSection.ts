import { crmOfSection } from './crms.js';
import { objectOf, SECRET_FIELDS } from './integrations.js';

const MASK = '***';
/** Shorter ones would be half told by their last characters. */
const LONG = 12;
/** What people call keys that no schema knows of. */
const SECRET_NAME = /secret|token|passw|credential|webhook|(^|_)key$/i;
/** Addresses with an account or a query in them. */
const TELLING_ADDRESS = /^([a-z][a-z\d+.-]*:\/\/)?[^/\s]+:[^/\s]*@|^https?:\/\/\S*[?#@]/i;

/** A section as people may read it: secrets keep their last three characters, to be told apart, or nothing. */
export function masked(section: string, value: unknown): unknown {
  if (value === null || value === undefined) return value;
  const fields = objectOf(value);
  return fields === undefined ? MASK : show(fields, secretNamesOf(section));
}

/** The section as it was given, where masked secrets are those that are stored. */
export function withStoredSecrets(section: string, given: unknown, stored: unknown): unknown {
  return restore(given, objectOf(stored), masked(section, stored));
}

/** Secrets that are masked all the same: nothing was stored that they stand for. */
export const stillMasked = (section: string, value: Readonly<Record<string, unknown>>): string[] =>
  secretNamesOf(section).filter((name) => {
    const secret = value[name];
    return typeof secret === 'string' && secret.startsWith(MASK);
  });

function secretNamesOf(section: string): readonly string[] {
  const crm = crmOfSection(section);
  return crm === undefined ? [] : SECRET_FIELDS[crm];
}

function show(value: unknown, secretNames: readonly string[]): unknown {
  if (Array.isArray(value)) return value.map((inner) => show(inner, secretNames));
  if (typeof value === 'string' && TELLING_ADDRESS.test(value)) return MASK;
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      secretNames.includes(name) || SECRET_NAME.test(name) ? showSecret(inner) : show(inner, secretNames),
    ]),
  );
}

function showSecret(secret: unknown): unknown {
  if (secret === null || secret === '') return secret;
  const isKey = typeof secret === 'string' && secret.length >= LONG && !/[/:]/.test(secret);
  return isKey ? MASK + secret.slice(-3) : MASK;
}

function restore(given: unknown, stored: unknown, shown: unknown): unknown {
  if (typeof given === 'string' && given === shown) return stored;
  if (!isObject(given) || !isObject(stored) || !isObject(shown)) return given;
  return Object.fromEntries(
    Object.entries(given).map(([name, inner]) => [
      name,
      Object.hasOwn(stored, name) ? restore(inner, stored[name], shown[name]) : inner,
    ]),
  );
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

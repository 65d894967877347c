import { getCountryCallingCode, getExampleNumber, isSupportedCountry } from 'libphonenumber-js';
import mobileExamples from 'libphonenumber-js/mobile/examples';

/** Internal numbers have 3 or 4 digits, lines 7 (`0001363`), everything longer is a phone. */
export const isExtension = (number: string): boolean => /^\d{3,4}$/.test(number);

/** A phone outside of the PBX. */
export const isPhone = (number: string): boolean => number.startsWith('+');

/** Lines have ids such as `0001363`. */
const LINE_DIGITS = 7;

/** By E.164. */
const LONGEST_PHONE = 15;

/** Bare digits of what a host sent; '' for `<unknown>`, `Anonymous` and the like. */
export const digitsOf = (raw: string): string => (/^[+\d\s().-]+$/.test(raw) ? raw.replace(/\D/g, '') : '');

/**
 * Reads a number as hosts spell it.
 *
 * @returns E.164 with `+`, an internal or short number as it is, or '' for a line's id and for no number at all
 */
export function readNumber(raw: string, country: string): string {
  const digits = digitsOf(raw);
  if (digits.length < 3 || digits.length === LINE_DIGITS) return '';
  if (digits.length < LINE_DIGITS) return digits;
  const phone = international(raw, digits) ?? national(digits, country) ?? digits.replace(/^0+/, '');
  return phone.length > LONGEST_PHONE ? '' : `+${phone}`;
}

function international(raw: string, digits: string): string | undefined {
  if (raw.startsWith('+') && !digits.startsWith('0')) return digits;
  return digits.startsWith('810') && digits.length > 12 ? digits.slice(3) : undefined;
}

/** Same phone, also when one of them lacks its country code or line rule. */
export function samePhone(one: string, other: string): boolean {
  if (one === other) return one !== '';
  return isPhone(one) && isPhone(other) && one.slice(-9) === other.slice(-9);
}

/** `80290000001`, `0290000001`, `290000001` and `375290000001` of the tenant's own country; undefined for all others. */
function national(digits: string, country: string): string | undefined {
  const { code, length } = planOf(country);
  if (code === '') return undefined;
  if (digits.startsWith(code) && digits.length === code.length + length) return digits;
  const trunkPrefix = ['80', '8', '0', ''].find(
    (prefix) => digits.startsWith(prefix) && digits.length === prefix.length + length,
  );
  if (trunkPrefix !== undefined) return `${code}${digits.slice(trunkPrefix.length)}`;
  // A neighbour's national spelling of +7, as PBXs with Russian lines deliver it.
  return /^8[3-9]\d{9}$/.test(digits) ? `7${digits.slice(1)}` : undefined;
}

/** Calling code and length of national numbers; the code is '' for a country that does not exist. */
const planOf = memoized((country: string): { code: string; length: number } => {
  if (!isSupportedCountry(country)) return { code: '', length: 0 };
  const length = getExampleNumber(country, mobileExamples)?.nationalNumber.length ?? 0;
  return { code: getCountryCallingCode(country), length };
});

/** There are a few hundred countries at most; reading the metadata for each number is most of a fold's time. */
function memoized<T>(compute: (key: string) => T): (key: string) => T {
  const known = new Map<string, T>();
  return (key) => {
    const value = known.get(key) ?? compute(key);
    known.set(key, value);
    return value;
  };
}

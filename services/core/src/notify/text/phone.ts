import { parsePhoneNumberFromString } from 'libphonenumber-js';

const UNKNOWN = 'Номер не определен';

/** How the national part is grouped where people expect brackets; other countries get the international format. */
const GROUPS: Readonly<Record<string, { digits: RegExp; as: string }>> = {
  '375': { digits: /^(\d{2})(\d{3})(\d{2})(\d{2})$/, as: '($1) $2-$3-$4' },
  '380': { digits: /^(\d{2})(\d{3})(\d{2})(\d{2})$/, as: '($1) $2-$3-$4' },
  '7': { digits: /^(\d{3})(\d{3})(\d{2})(\d{2})$/, as: '($1) $2-$3-$4' },
  '1': { digits: /^(\d{3})(\d{3})(\d{4})$/, as: '($1) $2-$3' },
};

/**
 * A phone as people read it: `+375 (29) 000-00-01`. Internal numbers stay as they are.
 *
 * @param phone E.164 with `+`, an internal number, or '' when nobody knows
 */
export function displayPhone(phone: string): string {
  if (/^\d{3,4}$/.test(phone)) return phone;
  if (!phone.startsWith('+')) return UNKNOWN;
  const parsed = parsePhoneNumberFromString(phone);
  if (!parsed) return phone;
  const groups = GROUPS[parsed.countryCallingCode];
  return groups?.digits.test(parsed.nationalNumber)
    ? `+${parsed.countryCallingCode} ${parsed.nationalNumber.replace(groups.digits, groups.as)}`
    : parsed.formatInternational();
}

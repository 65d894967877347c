import { isExtension, isPhone, readNumber } from '@live-calls/shared/phone';

/** What hosts sent: numbers come as strings and strings as numbers. */
export type Raw = Readonly<Record<string, unknown>>;

const PLACEHOLDER = /^(<unknown>|unknown|anonymous|none|null)$/i;

/** A field as text; '' when it is missing or says that nothing is known. */
export function textOf(raw: Raw, field: string): string {
  return asText(raw[field]);
}

/** `["152&151"]`, `["SIP/150"]`, `[""]`, `"150"` or nothing at all → bare numbers as they were sent. */
export function extensionsOf(raw: Raw): string[] {
  const value = raw['Extensions'];
  const items: unknown[] = Array.isArray(value) ? value : [value];
  return items
    .flatMap((item) => asText(item).split(/[&,]/))
    .map((item) =>
      item
        .trim()
        .replace(/^[A-Za-z0-9]+\//, '')
        .replace(/@.*$/, ''),
    )
    .filter((item) => item !== '');
}

/** Extensions and mobiles (`+…`) among them; never the client, never a line. */
export function managersOf(raw: Raw, country: string, client: string): string[] {
  const numbers = extensionsOf(raw).map((number) => readNumber(number, country));
  return [...new Set(numbers)].filter((number) => (isExtension(number) || isPhone(number)) && number !== client);
}

function asText(value: unknown): string {
  if (typeof value !== 'string' && typeof value !== 'number') return '';
  const trimmed = String(value).trim();
  return PLACEHOLDER.test(trimmed) ? '' : trimmed;
}

import { SECRET_FIELDS, type Crm } from '../../contracts/index.js';

/** A text without secrets. */
export type Mask = (text: string) => string;

/** What nobody may read of a section: its secret fields, and of an address with a key in it the path and the key alone. */
export function secretsOf(crm: Crm, section: Readonly<Record<string, unknown>>): string[] {
  return SECRET_FIELDS[crm].flatMap((field) => {
    const value = section[field];
    if (typeof value !== 'string' || value === '') return [];
    const url = URL.parse(value);
    if (url === null || url.pathname === '/') return [value];
    const path = url.pathname.replace(/^\/|\/+$/g, '');
    return [path, path.slice(path.lastIndexOf('/') + 1)];
  });
}

/** What gives access by being in an address, such as one to upload a file to. */
const IN_ADDRESSES = /([?&](?:auth|token|access_token)=)[^&#"\s]+/gi;

/** %2f instead of %2F: both are in use. */
const inLowerCase = (encoded: string): string => encoded.replaceAll(/%[\dA-F]{2}/g, (byte) => byte.toLowerCase());

/** Replaces secrets by ***, also where they are spelt as in URLs, forms or JSON; tokens in addresses as well. */
export function createMask(secrets: readonly string[]): Mask {
  const spellings = secrets.flatMap((secret) => {
    const inUrls = [encodeURIComponent(secret), new URLSearchParams([['', secret]]).toString().slice(1)];
    const inJson = JSON.stringify(secret).slice(1, -1);
    return [secret, ...inUrls, ...inUrls.map(inLowerCase), inJson, inJson.replaceAll('/', String.raw`\/`)];
  });
  const longestFirst = [...new Set(spellings)].sort((one, other) => other.length - one.length);
  return (text) =>
    longestFirst.reduce((masked, secret) => masked.replaceAll(secret, '***'), text).replaceAll(IN_ADDRESSES, '$1***');
}

/** A copy of JSON data without secrets. */
export const maskedJson = <T>(mask: Mask, value: T): T =>
  JSON.parse(JSON.stringify(value), (_name, inner: unknown) => (typeof inner === 'string' ? mask(inner) : inner)) as T;

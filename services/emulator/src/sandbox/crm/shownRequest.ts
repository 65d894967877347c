import type { Exchange } from './exchange.js';
import { parseForm } from './form.js';
import { maskKey } from './keys.js';

const HEADERS = ['accept', 'accept-encoding', 'authorization', 'content-type', 'lognex-phone-auth-token', 'user-agent'];
const SHOWN_HEADERS = new Set([...HEADERS, 'x-api-key']);
const MAX_SHOWN_LENGTH = 500;

/** The headers that integrations get wrong. */
export function shownHeaders({ headers }: Exchange): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => (SHOWN_HEADERS.has(name) ? [[name, String(value)]] : [])),
  );
}

/** The body as people read it: JSON inside a form is JSON to them, a file is its size. */
export function shownBody({ contentType, body, text }: Exchange): unknown {
  if (text === '') return null;
  if (contentType === 'application/x-www-form-urlencoded') {
    return Object.fromEntries(Object.entries(parseForm(text)).map(([name, value]) => [name, fromJson(value)]));
  }
  if (contentType === 'multipart/form-data') return `файл, ${body.length} байт`;
  return fromJson(text);
}

function fromJson(value: unknown): unknown {
  if (typeof value !== 'string' || !/^\s*[[{]/.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

/** A copy with long texts cut (recordings come as text) and the key masked wherever it is. */
export function discreet<T>(value: T, key: string | undefined): T {
  const masked = key === undefined || key.length < 4 ? undefined : maskKey(key);
  const replace = (text: string): string => (masked === undefined ? text : text.replaceAll(key ?? '', masked));
  const text = JSON.stringify(value, (_name, inner: unknown) => {
    if (typeof inner !== 'string') return inner;
    const told = replace(inner);
    return told.length > MAX_SHOWN_LENGTH ? `${told.slice(0, MAX_SHOWN_LENGTH)}… (всего ${told.length})` : told;
  }) as string | undefined;
  return text === undefined ? value : (JSON.parse(text) as T);
}

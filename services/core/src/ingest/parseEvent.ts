import { storableJson } from '@live-calls/shared/runtime';

/** What the core needs to know of an event to store it; everything else is in the body. */
export interface ParsedEvent {
  token: string;
  uniqueId: string;
  bridgeId: string;
  /** The JSON object as text, as the host wrote it, storable as jsonb. */
  body: string;
}

// No id of Asterisk comes near; PostgreSQL indexes no more than some 2700 bytes. The body keeps all of it.
const MAX_ID_LENGTH = 200;

/**
 * Reads an event's body. Unknown fields stay in the body; ids may be numbers.
 *
 * @param tokenHeader stands in for a body without a Token
 * @returns what is wrong, as text, when it is not an event
 */
export function parseEvent(body: Buffer, tokenHeader: string | undefined): ParsedEvent | string {
  const json = storableJson(body.toString('utf8'));
  const fields = objectOf(json);
  if (typeof fields === 'string') return fields;
  const id = (name: string): string => idOf(fields, name, json);
  const token = id('Token') || (tokenHeader ?? '').trim();
  if (token === '') return 'Token is missing: neither in the body nor in the Token header';
  return {
    token: token.slice(0, MAX_ID_LENGTH),
    uniqueId: id('UniqueId').slice(0, MAX_ID_LENGTH),
    bridgeId: id('BridgeUniqueid').slice(0, MAX_ID_LENGTH),
    body: json,
  };
}

function objectOf(json: string): object | string {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return json.trim() === '' ? 'the body is empty' : 'the body is not JSON';
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'the body is not a JSON object';
  return value;
}

function idOf(fields: object, name: string, json: string): string {
  const value: unknown = Object.hasOwn(fields, name) ? Reflect.get(fields, name) : undefined;
  if (typeof value === 'string') return value.trim();
  if (typeof value === 'number') return numberAsWritten(json, name, value);
  return '';
}

/** 1759230684.10 as a JSON number is another channel than 1759230684.1, which is what JavaScript makes of it. */
function numberAsWritten(json: string, name: string, value: number): string {
  const written = json.matchAll(new RegExp(`"${name}"\\s*:\\s*(\\d+(?:\\.\\d+)?)\\s*[,}]`, 'g'));
  const digits = [...written].map((match) => match[1] ?? '');
  return digits.find((text) => Number(text) === value) ?? String(value);
}

import { createHash } from 'node:crypto';

interface Described {
  eventType: string;
  uniqueId: string;
  bridgeId: string;
  /** The event's JSON. */
  body: unknown;
}

/** Ids are compared as they were written: as JSON numbers they lose their last zero. The token is no content. */
const NOT_CONTENT = new Set(['Token', 'UniqueId', 'BridgeUniqueid']);

/** Nothing that a host sends comes near; whoever nests deeper must not exhaust the stack. */
const DEEPEST = 20;

/**
 * What an event says, shortened to some characters: the same for two bodies that differ in the order of their keys, or
 * in a number being written as a string, only.
 */
export function contentOf({ eventType, uniqueId, bridgeId, body }: Described): string {
  const fields = typeof body === 'object' && body !== null ? Object.entries(body) : [];
  const content = Object.fromEntries(fields.filter(([name]) => !NOT_CONTENT.has(name)));
  return createHash('sha1')
    .update(JSON.stringify([eventType, uniqueId, bridgeId]))
    .update(plain(content, 0))
    .digest('base64');
}

function plain(value: unknown, depth: number): string {
  if (depth > DEEPEST) return '…';
  if (Array.isArray(value)) return `[${value.map((item) => plain(item, depth + 1)).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(String(value));
  const fields = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return `{${fields.map(([name, item]) => `${JSON.stringify(name)}:${plain(item, depth + 1)}`).join(',')}}`;
}

import type { Token } from '@live-calls/shared/contracts';
import { EVENT_TYPES } from '../ingest/eventRoute.js';
import { parseEvent, type ParsedEvent } from '../ingest/parseEvent.js';
import { contentOf } from './contentOf.js';

/** A row of a host's log: one event and what became of posting it. */
export interface HostRow {
  /** Where a person finds it: the file's own id, or the line. */
  place: string;
  /** Number of the row in its file; '' when it was not told. */
  id: string;
  /** By the host's clock, ms since 1970. */
  at: number;
  eventType: string;
  event: ParsedEvent;
  /** Equal for two rows that say the same: see contentOf. */
  content: string;
  /** The client's number as sent; '' when the event has none. */
  phone: string;
  /** What the host believed, e.g. `<Response [200]>`, `Timeout`, ''. */
  status: string;
  response: string;
}

/** A row that brings no event. */
export interface UselessRow {
  place: string;
  /** Russian: what is wrong with it. */
  reason: string;
  /** Something else than a call's event, as hosts note it too: nothing is wrong with that. */
  isOther: boolean;
}

interface ReadOptions {
  token: Token;
  /** @returns ms; null: not a time */
  hostTime: (text: string) => number | null;
}

/** As many as one event may have at the door. */
const MAX_REQUEST_LENGTH = 64 * 1024;

/** Reads a row, whoever sent it and in whatever types: names of columns by any case, the request as text or JSON. */
export function readHostRow(raw: unknown, place: string, options: ReadOptions): HostRow | UselessRow {
  try {
    return rowOf(raw, place, options);
  } catch (error) {
    // JSON can be read at any depth and not be written again; the other rows must not wait for this one.
    if (error instanceof RangeError) return { place, reason: 'слишком глубокая вложенность', isOther: false };
    throw error;
  }
}

function rowOf(raw: unknown, place: string, { token, hostTime }: ReadOptions): HostRow | UselessRow {
  const useless = (reason: string, isOther = false): UselessRow => ({ place, reason, isOther });
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) return useless('строка не объект JSON');
  const fields = new Map(Object.entries(raw).map(([name, value]) => [name.toLowerCase(), value as unknown]));
  const column = (name: string): string => text(fields.get(name));

  const eventType = column('event').replace(/^.*\//, '').toLowerCase();
  if (eventType === '') return useless('нет столбца event');
  if (!EVENT_TYPES.some((type) => type === eventType))
    return useless(`не событие звонка: ${eventType.slice(0, 30)}`, true);
  const request = column('request');
  if (request.length > MAX_REQUEST_LENGTH) return useless(`слишком длинный запрос (${request.length} знаков)`);
  // As at the door: by the body alone, whatever stands in the column Uniqueid.
  const event = parseEvent(Buffer.from(request), token);
  if (typeof event === 'string') return useless(request === '' ? 'нет столбца request' : 'запрос (request) не JSON');
  // Of another tenant, whose calls are nobody's business here. A token that was changed is known by its old value only.
  if (event.token !== token) return useless('токен другой компании');
  if (event.uniqueId === '' && event.bridgeId === '') return useless('нет ни UniqueId, ни BridgeUniqueid');
  const at = hostTime(column('datetime')) ?? epochOf(event.uniqueId);
  if (at === null) return useless('время (DateTime) не читается');
  const body: unknown = JSON.parse(event.body);
  return {
    place,
    id: column('id') === '' ? column('log_rowid') : column('id'),
    at,
    eventType,
    event,
    content: contentOf({ ...event, eventType, body }),
    phone: typeof body === 'object' && body !== null && 'Phone' in body ? text(body.Phone) : '',
    status: column('status'),
    response: column('response'),
  };
}

/** Text of whatever SQLite or JSON holds in a column. */
function text(value: unknown): string {
  if (typeof value === 'string') return value.trim();
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString('utf8').trim();
  return value === null || value === undefined ? '' : JSON.stringify(value);
}

/** A UniqueId begins with the second in which the host made the channel. */
function epochOf(uniqueId: string): number | null {
  const seconds = /^(\d{1,10})\./.exec(uniqueId)?.[1];
  return seconds === undefined ? null : Number(seconds) * 1000;
}

import { UniqueId } from '@live-calls/shared/contracts';

export type CallType = 0 | 1 | 2;

/** A stored event as the fold reads it. */
export interface CallEvent {
  type: string;
  /** Receipt, or on recovery the host's log; ms since 1970. */
  at: number;
  source: 'live' | 'recovery';
  uniqueId: UniqueId;
  bridgeId: string;
  /** As sent; '' when missing or unknown. */
  phone: string;
  extensions: string[];
  callType: CallType | null;
  /** Answered, by the host's word. */
  answered: boolean;
  trunk: string;
  channel: string;
  exten: string;
  callerNumber: string;
  connectedNumber: string;
  /** EndTime − StartTime (or DateReceived) of a hangup in seconds, by the host's clock; null when not usable. */
  hostSeconds: number | null;
}

/** A row of call_events. */
export interface StoredEvent {
  id: number;
  /** As it was sent, digit by digit: in the JSON it may be a number. */
  unique_id: string;
  event_type: string;
  event_timestamp: Date;
  data_source: 'live' | 'recovery';
  raw_data: unknown;
}

const DAY_SECONDS = 86_400;

/**
 * Reads an event leniently: types vary between hosts, numbers come as strings and strings as numbers.
 *
 * @throws when it is no JSON object
 */
export function readEvent(row: StoredEvent): CallEvent {
  if (typeof row.raw_data !== 'object' || row.raw_data === null) throw new Error('the event is not a JSON object');
  const raw = row.raw_data as Record<string, unknown>;
  return {
    type: row.event_type,
    at: row.event_timestamp.getTime(),
    source: row.data_source,
    uniqueId: UniqueId.parse(text(row.unique_id)),
    bridgeId: text(raw['BridgeUniqueid']),
    phone: text(raw['Phone']),
    extensions: extensionsOf(raw['Extensions']),
    callType: callTypeOf(text(raw['CallType'])),
    answered: text(raw['CallStatus']) === '2',
    trunk: text(raw['Trunk']),
    channel: text(raw['Channel']),
    exten: text(raw['Exten']),
    callerNumber: text(raw['CallerIDNum']),
    connectedNumber: text(raw['ConnectedLineNum']),
    hostSeconds: hostSeconds(text(raw['StartTime']) || text(raw['DateReceived']), text(raw['EndTime'])),
  };
}

function text(value: unknown): string {
  if (typeof value !== 'string' && typeof value !== 'number') return '';
  const trimmed = String(value).trim();
  return /^(<unknown>|unknown|anonymous|none|null)$/i.test(trimmed) ? '' : trimmed;
}

/** `["152&151"]`, `["SIP/150"]`, `[""]`, `"150"` or nothing at all → bare numbers. */
function extensionsOf(value: unknown): string[] {
  const items: unknown[] = Array.isArray(value) ? value : [value];
  return items
    .flatMap((item) => text(item).split(/[&,]/))
    .map((item) =>
      item
        .trim()
        .replace(/^[A-Za-z0-9]+\//, '')
        .replace(/@.*$/, ''),
    )
    .filter((item) => item !== '');
}

function callTypeOf(value: string): CallType | null {
  return value === '0' || value === '1' || value === '2' ? (Number(value) as CallType) : null;
}

/** Both times are of one host and one zone, so their difference needs no zone. */
function hostSeconds(start: string, end: string): number | null {
  const seconds = (hostTime(end) - hostTime(start)) / 1000;
  return seconds >= 0 && seconds < DAY_SECONDS ? seconds : null;
}

function hostTime(value: string): number {
  const match = /^(\d{4})-(\d\d)-(\d\d)[ T](\d\d):(\d\d):(\d\d)/.exec(value);
  if (!match) return NaN;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1).map(Number);
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

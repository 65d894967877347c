import { phonesIn, isSamePhone } from './phones.js';

/** A request and what became of it, keys masked. */
export interface JournalEntry {
  id: number;
  /** ISO 8601, UTC. */
  at: string;
  endpoint: string;
  method: string;
  path: string;
  headers: Readonly<Record<string, string>>;
  body: unknown;
  /** Null: it was left without an answer. */
  status: number | null;
  answer: unknown;
  /** The fault that was asked for and met this request. */
  fault?: string;
}

export interface Violation {
  at: string;
  /** One sentence in Russian. */
  message: string;
  request: Pick<JournalEntry, 'id' | 'endpoint' | 'method' | 'path' | 'headers' | 'body'>;
}

export interface Filter {
  /** Unix milliseconds. */
  since?: number | undefined;
  phone?: string | undefined;
}

interface Recorded {
  entry: JournalEntry;
  violations: readonly string[];
  phones: readonly string[];
}

export interface Journal {
  record(entry: Omit<JournalEntry, 'id'>, violations: readonly string[], phones: readonly string[]): void;
  /** Oldest first. */
  view(filter: Filter): { requests: JournalEntry[]; violations: Violation[] };
  clear(): void;
}

/** An entry is a few kilobytes: tens of megabytes when all four CRMs' journals are full. */
const MAX_ENTRIES = 2_000;

/** What a CRM was asked. The oldest is forgotten first. */
export function createJournal(): Journal {
  const recorded: Recorded[] = [];
  let lastId = 0;
  return {
    record: (entry, violations, phones) => {
      const inRequest = phonesIn(`${entry.path} ${JSON.stringify(entry.body)}`);
      recorded.push({ entry: { id: ++lastId, ...entry }, violations, phones: [...phones, ...inRequest] });
      if (recorded.length > MAX_ENTRIES) recorded.shift();
    },
    view: (filter) => {
      const wanted = recorded.filter(({ entry, phones }) => isWanted(filter, entry.at, phones));
      return {
        requests: wanted.map(({ entry }) => entry),
        violations: wanted.flatMap(({ entry, violations }) => {
          const { id, endpoint, method, path, headers, body, at } = entry;
          const request = { id, endpoint, method, path, headers, body };
          return violations.map((message) => ({ at, message, request }));
        }),
      };
    },
    clear: () => {
      recorded.length = 0;
    },
  };
}

/** Whether something of that time and these phones is asked for. */
export function isWanted({ since, phone }: Filter, at: string, phones: readonly string[]): boolean {
  if (since !== undefined && Date.parse(at) < since) return false;
  return phone === undefined || phones.some((each) => isSamePhone(each, phone));
}

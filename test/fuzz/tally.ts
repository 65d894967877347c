import { SERVICES } from './fleet.js';
import { REQUEST_KINDS, type HostileRequest } from './hostileRequest.js';
import { isTurnedAway } from './judge.js';
import type { Said } from './rawRequest.js';

/** `come again`: 429 or 503 with Retry-After; `away`: 503 of an adapter whose CRM does not answer, or of a check. */
const CLASSES = ['2xx', '3xx', '4xx', 'come again', 'away', '5xx', 'none'] as const;

/** What became of the requests of one service or one kind. */
interface Row {
  requests: number;
  statuses: Record<(typeof CLASSES)[number], number>;
  /** Milliseconds that each took until it was answered; those without an answer aside. */
  times: number[];
}

export interface Tally {
  /** @param isWrong whether it should not have been said */
  count(request: HostileRequest, said: Said, isWrong: boolean): void;
  requests(): number;
  /** Two tables: by service and by kind. The first line is a heading. */
  tables(): string[][][];
}

/** Counts what was sent and what was said. */
export function createTally(): Tally {
  const services = new Map<string, Row>();
  const kinds = new Map<string, Row>();
  let requests = 0;

  const add = (rows: Map<string, Row>, name: string, said: Said, isWrong: boolean): void => {
    const row = rows.get(name) ?? newRow();
    rows.set(name, row);
    row.requests += 1;
    row.statuses[classOf(said, isWrong)] += 1;
    if (said.status > 0) row.times.push(said.ms);
  };

  return {
    count({ endpoint, kind }, said, isWrong) {
      requests += 1;
      add(services, endpoint.service, said, isWrong);
      add(kinds, kind, said, isWrong);
    },
    requests: () => requests,
    tables: () => [table('service', services, SERVICES), table('kind', kinds, REQUEST_KINDS)],
  };
}

const newRow = (): Row => ({
  requests: 0,
  statuses: { '2xx': 0, '3xx': 0, '4xx': 0, 'come again': 0, away: 0, '5xx': 0, none: 0 },
  times: [],
});

function classOf(said: Said, isWrong: boolean): keyof Row['statuses'] {
  const { status } = said;
  if (status === 0) return 'none';
  if (isTurnedAway(said)) return 'come again';
  if (status >= 500) return isWrong ? '5xx' : 'away';
  return status >= 400 ? '4xx' : status >= 300 ? '3xx' : '2xx';
}

function table(of: string, rows: ReadonlyMap<string, Row>, names: readonly string[]): string[][] {
  const told = names.flatMap((name): string[][] => {
    const row = rows.get(name);
    if (row === undefined) return [];
    const times = row.times.toSorted((one, other) => one - other);
    const counts = CLASSES.map((each) => String(row.statuses[each]));
    return [[name, String(row.requests), ...counts, ms(times, 0.5), ms(times, 0.99), ms(times, 1)]];
  });
  return [[of, 'requests', ...CLASSES, 'median ms', '99 % ms', 'slowest ms'], ...told];
}

const ms = (times: readonly number[], part: number): string =>
  (times[Math.min(times.length - 1, Math.floor(times.length * part))] ?? 0).toFixed(0);

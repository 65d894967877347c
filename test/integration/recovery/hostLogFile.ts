import { writeFile } from 'node:fs/promises';
import initSqlJs from 'sql.js';
import type { FixtureEvent } from '../../fixtures/fixtures.js';

/** A row of a host's log, as the fixtures have it. */
export interface LoggedRow {
  id?: number;
  DateTime: string;
  event: string;
  Uniqueid?: string;
  status: string;
  response?: string;
  request: Record<string, unknown> | string;
}

const COLUMNS = 'DateTime, event, Uniqueid, request, status, response, responseTime';

/** Writes a host's SQLite log; ids are given unless the rows have some. */
export async function writeHostLog(file: string, rows: Iterable<LoggedRow>): Promise<void> {
  const { Database } = await initSqlJs();
  const database = new Database();
  database.run(`create table AlternativeAPIlogs (id integer primary key autoincrement, ${COLUMNS})`);
  database.run('begin');
  const insert = database.prepare(`insert into AlternativeAPIlogs (id, ${COLUMNS}) values (?, ?, ?, ?, ?, ?, ?, ?)`);
  for (const { id, DateTime, event, Uniqueid, status, response, request } of rows) {
    const text = typeof request === 'string' ? request : JSON.stringify(request);
    insert.run([id ?? null, DateTime, event, Uniqueid ?? '', text, status, response ?? '', '0.1']);
  }
  insert.free();
  database.run('commit');
  await writeFile(file, database.export());
  database.close();
}

/** Events as a host would note them, each a second or more after the one before. */
export function loggedAt(first: Date, events: FixtureEvent[], status = '<Response [502]>'): LoggedRow[] {
  return events.map(({ event, offset_ms, body }) => ({
    DateTime: hostClock(new Date(first.getTime() + offset_ms)),
    event,
    Uniqueid: typeof body['UniqueId'] === 'string' ? body['UniqueId'] : '',
    status,
    request: body,
  }));
}

/** By the clock of Minsk. */
export const hostClock = (at: Date): string =>
  new Date(at.getTime() + 3 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ');

/** Rows of which no call comes, ten seconds apart. */
export const strangers = (token: string, count: number): LoggedRow[] =>
  Array.from({ length: count }, (_, n) => ({
    DateTime: hostClock(new Date(Date.UTC(2025, 8, 30, 21) + n * 10_000)),
    event: 'new_callerid',
    status: 'Timeout',
    request: { Token: token, UniqueId: `${1759266000 + 10 * n}.${n}`, Channel: '' },
  }));

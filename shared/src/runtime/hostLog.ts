import { readFile, stat } from 'node:fs/promises';
import { OperatorError } from './operatorError.js';
import { leafRows } from './sqliteLeaves.js';

/** A row of a host's log, by the names of its columns; `log_rowid` is SQLite's own number of it. */
export type HostLogRow = Record<string, unknown>;

const MAGIC = 'SQLite format 3\0';
const TABLE = 'AlternativeAPIlogs';

/**
 * Reads a host's SQLite log (table AlternativeAPIlogs), oldest row first. The whole file is held in memory: a busy day
 * has some megabytes. Of a damaged or truncated file comes what is left of it.
 *
 * @param onProblem told in Russian what cannot be read, and what to do about it
 * @throws OperatorError when the file is not such a log at all
 */
export async function* hostLogRows(file: string, onProblem: (problem: string) => void): AsyncGenerator<HostLogRow> {
  const bytes = await contentOf(file);
  if (bytes.length === 0) {
    onProblem('файл пуст');
    return;
  }
  if (bytes.subarray(0, MAGIC.length).toString('latin1') !== MAGIC) {
    throw new OperatorError(`${file}: это не база SQLite.`);
  }
  await noteUnmerged(file, bytes, onProblem);
  // Loaded here: only who reads such a file pays for it.
  const { default: initSqlJs } = await import('sql.js');
  const { Database } = await initSqlJs();
  const database = new Database(bytes);
  try {
    // SQLite refuses a file that is shorter than its header says, unless its schema is allowed to be damaged.
    database.run('pragma writable_schema = on');
    yield* rowsOf({ database, bytes, file, onProblem });
  } finally {
    database.close();
  }
}

interface Statement {
  step(): boolean;
  getAsObject(): HostLogRow;
  free(): boolean;
}

interface OpenDatabase {
  prepare(sql: string): Statement;
}

async function contentOf(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new OperatorError(`${file}: ${code === 'ENOENT' ? 'такого файла нет' : `не читается (${String(code)})`}.`);
  }
}

/** What a host was just writing lies beside the database and is not read: it is missing from a copy of it. */
async function noteUnmerged(file: string, bytes: Buffer, onProblem: (problem: string) => void): Promise<void> {
  const sizeOf = async (path: string): Promise<number> => (await stat(path).catch(() => ({ size: 0 }))).size;
  const isWal = bytes[18] === 2 || bytes[19] === 2;
  // Without its shared memory a database in WAL mode cannot be opened; its pages are read all the same.
  if (isWal) bytes.fill(1, 18, 20);
  if (isWal && (await sizeOf(`${file}-wal`)) > 0) {
    onProblem(
      `последние записи ещё в ${file}-wal и не прочитаны: на АТС выполните ` +
        `sqlite3 ${file} "pragma wal_checkpoint(truncate)" и возьмите файл снова`,
    );
  }
  if ((await sizeOf(`${file}-journal`)) > 0) {
    onProblem('файл скопирован во время записи (рядом лежит -journal): возьмите его снова, когда запись закончится');
  }
}

interface OpenLog {
  database: OpenDatabase;
  bytes: Buffer;
  file: string;
  onProblem: (problem: string) => void;
}

function* rowsOf({ database, bytes, file, onProblem }: OpenLog): Generator<HostLogRow, void> {
  let last = 0;
  try {
    for (const row of select(database, `select rowid as log_rowid, * from ${TABLE} order by rowid`)) {
      const rowid = Number(row['log_rowid']);
      // Pages behind the end of a file are read as zeros.
      if (rowid <= last) throw new Error('pages are missing');
      last = rowid;
      yield row;
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    if (reason.includes('no such table')) throw new OperatorError(`${file}: в файле нет таблицы ${TABLE}.`);
    // The tree cannot be followed any further: what is behind the damage lies in its leaves all the same.
    const rest = rowsLeft(database, bytes, last);
    onProblem(
      `файл повреждён или обрезан (${reason}): прочитано подряд до id ${last}, из оставшегося ещё строк: ${rest.length}; ` +
        'чего здесь нет, возьмите из целого файла, повторить можно',
    );
    yield* rest;
  }
}

function rowsLeft(database: OpenDatabase, bytes: Buffer, last: number): HostLogRow[] {
  const columns = columnsOf(database);
  const rows = new Map<number, HostLogRow>();
  for (const { rowid, values } of leafRows(bytes)) {
    // Other tables have other columns: sqlite_sequence has two.
    if (rowid <= last || values.length !== columns.length) continue;
    const row: HostLogRow = { log_rowid: rowid };
    for (const [place, { name, isKey }] of columns.entries()) row[name] = isKey ? rowid : values[place];
    rows.set(rowid, row);
  }
  return [...rows.values()].sort((one, other) => Number(one['log_rowid']) - Number(other['log_rowid']));
}

function columnsOf(database: OpenDatabase): { name: string; isKey: boolean }[] {
  try {
    return [...select(database, `pragma table_info(${TABLE})`)].map(({ name, type, pk }) => ({
      name: String(name),
      isKey: pk === 1 && /^integer$/i.test(String(type)),
    }));
  } catch {
    return []; // not even the schema is left
  }
}

function* select(database: OpenDatabase, sql: string): Generator<HostLogRow, void> {
  const statement = database.prepare(sql);
  try {
    while (statement.step()) yield statement.getAsObject();
  } finally {
    statement.free();
  }
}

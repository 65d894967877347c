import { createLogParts } from './logParts.js';

export interface RotatingFileOptions {
  path: string;
  /** A file never grows beyond this (unless a single entry does). Default 10 MiB. */
  maxBytes?: number;
  /** How many older files stay beside it: `<path>.1` is the youngest. Default 5. */
  keep?: number;
  /** Older files are deleted, the current one is turned over. Default 30. */
  maxAgeDays?: number;
  /** How much may wait in memory for a slow disk; beyond it entries are lost, and counted. Default 8 MiB. */
  maxWaitingBytes?: number;
  /** Told of trouble with the file, once a minute at most. Default: a line on stderr. */
  onTrouble?: (text: string) => void;
}

export interface RotatingFile {
  /** Appends an entry (its line feed is added). Returns at once and never throws: logs must not hold up a host. */
  write(entry: string): void;
  /** Resolves when everything given so far is on the disk, or was lost and reported. */
  flush(): Promise<void>;
}

/** The log that has this path. */
export type OpenLog = (path: string) => RotatingFile;

// Entries of this time are written together: under load a write per line would cost more than what it tells of.
const GATHER_MS = 20;
const TROUBLE_MS = 60_000;

/**
 * A log file of bounded size and age whose current part always has the plain name, written behind the caller's back.
 *
 * Before each write it is asked what has the plain name now, rather than counted along (as winston's File transport does):
 * the file may be emptied (`cat /dev/null > app.log`), moved or deleted while the service runs, and a disk that was full
 * or a directory that could not be written to is used again as soon as it can be.
 */
export function createRotatingFile(options: RotatingFileOptions): RotatingFile {
  const { path, maxBytes = 10 * 1024 * 1024, keep = 5, maxAgeDays = 30, maxWaitingBytes = 8 * 1024 * 1024 } = options;
  const onTrouble = options.onTrouble ?? ((text: string) => void process.stderr.write(`${text}\n`));
  const parts = createLogParts({ path, maxBytes, keep, maxAgeDays });
  let waiting: Buffer[] = [];
  let waitingBytes = 0;
  let lost = 0;
  let troubleToldAt = -Infinity;
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> | undefined;

  function reportLoss(reason: string): void {
    if (performance.now() - troubleToldAt < TROUBLE_MS) return;
    troubleToldAt = performance.now();
    onTrouble(`log file ${path}: ${lost} entries lost: ${reason}`);
    lost = 0;
  }

  async function writeWaiting(): Promise<void> {
    while (waiting.length > 0) {
      const entries = waiting;
      waiting = [];
      waitingBytes = 0;
      let written = 0;
      try {
        while (written < entries.length) written += await parts.append(entries.slice(written));
      } catch (error) {
        lost += entries.length - written;
        reportLoss(error instanceof Error ? error.message : String(error));
      }
    }
  }

  function start(): void {
    clearTimeout(timer);
    timer = undefined;
    writing ??= writeWaiting().finally(() => {
      writing = undefined;
    });
  }

  return {
    write(entry) {
      const bytes = Buffer.from(`${entry}\n`);
      if (waitingBytes + bytes.length > maxWaitingBytes) {
        lost += 1;
        reportLoss('the disk is too slow');
        return;
      }
      waiting.push(bytes);
      waitingBytes += bytes.length;
      if (writing === undefined) timer ??= setTimeout(start, GATHER_MS);
    },
    async flush() {
      while (waiting.length > 0 || writing !== undefined) {
        start();
        await writing;
      }
    },
  };
}

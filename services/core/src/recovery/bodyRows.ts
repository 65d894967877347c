import type { IncomingMessage } from 'node:http';
import { createLineSplitter } from './lineSplitter.js';
import type { RawRow } from './recovery.js';

/** How much a host may send at once, and how slowly. */
export interface BodyLimits {
  rows: number;
  bytes: number;
  /** Rows that are settled together. */
  batchRows: number;
  batchBytes: number;
  /** Without a byte, ms. */
  idleMs: number;
  totalMs: number;
}

/** A body that was not read to its end. What came before was read; the message is Russian. */
export class BrokenBody extends Error {
  override name = 'BrokenBody';
  constructor(
    /** HTTP status for it; null: the client is gone. */
    readonly status: 408 | 413 | 503 | null,
    message: string,
  ) {
    super(message);
  }
}

/**
 * The rows of a request's NDJSON in batches. Nothing is read ahead while a batch is being settled: the client waits.
 *
 * @throws BrokenBody after the last batch that could be read
 */
export async function* bodyRows(
  request: IncomingMessage,
  limits: BodyLimits,
  stopping: AbortSignal,
): AsyncGenerator<RawRow[], void> {
  // An iterator that destroyed the request would take the answer's connection with it.
  const chunks = request.iterator({ destroyOnReturn: false }) as AsyncIterator<Buffer, undefined>;
  const splitter = createLineSplitter();
  const until = performance.now() + limits.totalMs;
  let batch: RawRow[] = [];
  let batchBytes = 0;
  let bytes = 0;
  let rows = 0;
  let broken: BrokenBody | undefined;
  while (!broken) {
    const chunk = await nextOf(chunks, limits.idleMs, stopping);
    if (chunk instanceof BrokenBody) broken = chunk;
    else if (chunk === undefined) break;
    else {
      bytes += chunk.length;
      batchBytes += chunk.length;
      const found = splitter.push(chunk);
      rows += found.length;
      batch.push(...found);
      if (bytes > limits.bytes || rows > limits.rows) broken = tooMuch(limits);
      else if (performance.now() > until) broken = new BrokenBody(408, 'передача шла слишком долго');
    }
    while (batch.length >= limits.batchRows || (batch.length > 0 && batchBytes >= limits.batchBytes)) {
      yield batch.slice(0, limits.batchRows);
      batch = batch.slice(limits.batchRows);
      if (batch.length < limits.batchRows) batchBytes = 0;
    }
  }
  // Lets go of the request, so that the rest of it can be thrown away; while a chunk is awaited there is nothing to end.
  chunks.return?.().catch(() => undefined);
  // What a broken body ends with is half a row: the host sends it again.
  if (!broken) batch.push(...splitter.end());
  if (batch.length > 0) yield batch;
  if (broken) throw broken;
}

async function nextOf(
  chunks: AsyncIterator<Buffer, undefined>,
  idleMs: number,
  stopping: AbortSignal,
): Promise<Buffer | BrokenBody | undefined> {
  const giveUp = new AbortController();
  const timer = setTimeout(() => giveUp.abort(new BrokenBody(408, 'передача остановилась на полпути')), idleMs);
  const stop = (): void => giveUp.abort(new BrokenBody(503, 'сервер перезапускается'));
  stopping.addEventListener('abort', stop);
  if (stopping.aborted) stop();
  try {
    const next = await Promise.race([aborted(giveUp.signal), chunks.next()]);
    return next.value;
  } catch (error) {
    return error instanceof BrokenBody ? error : new BrokenBody(null, 'соединение оборвалось');
  } finally {
    clearTimeout(timer);
    stopping.removeEventListener('abort', stop);
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const giveUp = (): void => reject(signal.reason as BrokenBody);
    if (signal.aborted) giveUp();
    else signal.addEventListener('abort', giveUp);
  });
}

const tooMuch = ({ rows, bytes }: BodyLimits): BrokenBody =>
  new BrokenBody(
    413,
    `за один раз принимается ${rows} строк или ${Math.floor(bytes / 1024 / 1024)} МБ: пришлите частями`,
  );

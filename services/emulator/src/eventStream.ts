import type { Request, Response } from 'express';
import type { OpenEnded } from './sandbox/openEnded.js';

/** Keeps proxies from closing a quiet connection, and finds those that are gone. */
const HEARTBEAT_MS = 15_000;

interface EventStreamOptions {
  openEnded: OpenEnded;
  /** A reader this far behind is cut off; it comes back and reads everything anew. */
  maxUnreadBytes: number;
}

/**
 * Begins to answer with server-sent events, for as long as the reader stays.
 *
 * @returns writes an event; undefined when only the head was asked for, which is the whole answer then
 */
export function openEventStream(
  request: Request,
  response: Response,
  { openEnded, maxUnreadBytes }: EventStreamOptions,
): ((lines: string) => void) | undefined {
  response.writeHead(200, {
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  });
  if (request.method === 'HEAD') {
    response.end();
    return undefined;
  }
  openEnded.add(response);
  const write = (lines: string): void => {
    response.write(`${lines}\n\n`);
    if (response.writableLength > maxUnreadBytes) response.destroy();
  };
  const heartbeat = setInterval(() => write(': still here'), HEARTBEAT_MS);
  response.once('close', () => clearInterval(heartbeat));
  return write;
}

import type { Request, Response } from 'express';
import type { Changes } from './changes.js';
import type { OpenEnded } from './openEnded.js';

/** Keeps proxies from closing a quiet connection, and finds those that are gone. */
const HEARTBEAT_MS = 15_000;
/** A reader this far behind is cut off; it comes back and reads everything anew. */
const MAX_UNREAD_BYTES = 1_000_000;

/** Server-sent events: one for each change, for as long as the reader stays. */
export function streamChanges(changes: Changes, openEnded: OpenEnded): (request: Request, response: Response) => void {
  return (_request, response) => {
    openEnded.add(response);
    response.writeHead(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    const write = (lines: string): void => {
      response.write(`${lines}\n\n`);
      if (response.writableLength > MAX_UNREAD_BYTES) response.destroy();
    };
    write('retry: 1000');
    const unsubscribe = changes.subscribe((change) => {
      write(`data: ${JSON.stringify(change)}`);
    });
    const heartbeat = setInterval(() => {
      write(': still here');
    }, HEARTBEAT_MS);
    response.once('close', () => {
      clearInterval(heartbeat);
      unsubscribe();
    });
  };
}

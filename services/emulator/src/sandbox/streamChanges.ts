import type { Request, Response } from 'express';
import { openEventStream } from '../eventStream.js';
import type { Changes } from './changes.js';
import type { OpenEnded } from './openEnded.js';

const MAX_UNREAD_BYTES = 1_000_000;

/** Server-sent events: one for each change, for as long as the reader stays. */
export function streamChanges(changes: Changes, openEnded: OpenEnded): (request: Request, response: Response) => void {
  return (request, response) => {
    const write = openEventStream(request, response, { openEnded, maxUnreadBytes: MAX_UNREAD_BYTES });
    if (!write) return;
    write('retry: 1000');
    response.once(
      'close',
      changes.subscribe((change) => {
        write(`data: ${JSON.stringify(change)}`);
      }),
    );
  };
}

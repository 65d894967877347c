import type { Request, Response } from 'express';
import { openEventStream } from '../eventStream.js';
import type { OpenEnded } from '../sandbox/openEnded.js';
import type { Run } from './run.js';

/** At most five a second: each of them is the whole run. */
const EVERY_MS = 200;
const MAX_UNREAD_BYTES = 4_000_000;

interface StreamedRun {
  run: Run;
  /** @returns the way to stop listening */
  subscribe: (listener: () => void) => () => void;
  openEnded: OpenEnded;
}

/** Server-sent events `run`: the whole run now and each time it changes, until it is done. */
export function streamRun({ run, subscribe, openEnded }: StreamedRun, request: Request, response: Response): void {
  const write = openEventStream(request, response, { openEnded, maxUnreadBytes: MAX_UNREAD_BYTES });
  if (!write) return;
  let timer: NodeJS.Timeout | undefined;
  const tell = (): void => {
    timer = undefined;
    write(`event: run\ndata: ${JSON.stringify(run)}`);
    if (run.state === 'done') response.end();
  };
  tell();
  if (run.state === 'done') return;
  const unsubscribe = subscribe(() => {
    timer ??= setTimeout(tell, EVERY_MS);
  });
  response.once('close', () => {
    clearTimeout(timer);
    unsubscribe();
  });
}

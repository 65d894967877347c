import type { Response } from 'express';
import type { OpenEnded } from '../sandbox/openEnded.js';
import type { Run } from './run.js';

const HEARTBEAT_MS = 15_000;
/** At most five a second: each of them is the whole run. */
const EVERY_MS = 200;
/** A reader this far behind is cut off; it comes back and reads everything anew. */
const MAX_UNREAD_BYTES = 4_000_000;

interface StreamedRun {
  run: Run;
  /** @returns the way to stop listening */
  subscribe: (listener: () => void) => () => void;
}

/** Server-sent events `run`: the whole run now and each time it changes, until it is done. */
export function streamRun({ run, subscribe }: StreamedRun, response: Response, openEnded: OpenEnded): void {
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
  const heartbeat = setInterval(() => write(': still here'), HEARTBEAT_MS);
  response.once('close', () => {
    clearTimeout(timer);
    clearInterval(heartbeat);
    unsubscribe();
  });
}

import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { factsAsText, logTime, oneLine } from './logLine.js';
import { createRotatingFile } from './rotatingFile.js';

/** One request and what was answered. */
export interface AccessEntry {
  request: IncomingMessage;
  status: number;
  /** From the request's headers to the answer. */
  ms: number;
  /** Of the answer's body; of the whole answer when its length was not known ahead. */
  bytes: number;
  enterprise?: string | undefined;
}

export interface AccessLog {
  record(entry: AccessEntry): void;
  /** Records the request when it has been answered (as status 499 when the client went away before). */
  watch(request: IncomingMessage, response: ServerResponse): void;
  flush(): Promise<void>;
}

const MAX_PATH_LENGTH = 300;

/** `access.log`: one line a request. The query is left out: it may hold what nobody should read in a log. */
export function createAccessLog({ dir, file = 'access.log' }: { dir: string; file?: string }): AccessLog {
  const target = createRotatingFile({ path: join(dir, file) });

  function record({ request, status, ms, bytes, enterprise }: AccessEntry): void {
    const path = (request.url ?? '').split('?', 1)[0]?.slice(0, MAX_PATH_LENGTH);
    const ip = request.socket.remoteAddress?.replace(/^::ffff:/, '');
    const facts = factsAsText({ method: request.method, path, status, ms: ms.toFixed(1), bytes, ip, enterprise });
    target.write(`${logTime(new Date())} [INFO] access:${oneLine(facts)}`);
  }

  return {
    record,
    watch(request, response) {
      const since = performance.now();
      const before = request.socket.bytesWritten;
      response.once('close', () => {
        const status = response.writableFinished ? response.statusCode : 499;
        const bytes = Number(response.getHeader('content-length')) || request.socket.bytesWritten - before;
        record({ request, status, ms: performance.now() - since, bytes });
      });
    },
    flush: () => target.flush(),
  };
}

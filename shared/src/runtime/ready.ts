import type { IncomingMessage, ServerResponse } from 'node:http';
import { failedChecks } from './health.js';

export interface Readiness {
  /** `GET /ready`: 200 `{ready: true}`, or 503 with what is in the way. Never rejects. */
  route(request: IncomingMessage, response: ServerResponse): Promise<void>;
  /** The service takes no more work: whoever balances load sends it elsewhere. */
  stop(): void;
}

/** @param checks what the service cannot work without; a rejection or no answer within 2 s is a failure */
export function createReadiness(checks: Record<string, () => Promise<unknown>> = {}): Readiness {
  let isDraining = false;
  return {
    async route(_request, response) {
      const failed = [...(isDraining ? ['draining'] : []), ...(await failedChecks(checks))];
      const ready = failed.length === 0;
      response.writeHead(ready ? 200 : 503, { 'content-type': 'application/json', 'cache-control': 'no-store' });
      response.end(JSON.stringify({ ready, ...(!ready && { failed }) }));
    },
    stop() {
      isDraining = true;
    },
  };
}

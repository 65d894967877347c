import type { IncomingMessage } from 'node:http';

/** Ends a request, connection and all, whose body has not arrived after so many ms. */
export function endSlowRequest(request: IncomingMessage, ms: number): void {
  if (request.complete) return;
  const tooLong = setTimeout(() => request.destroy(), ms);
  const clear = (): void => clearTimeout(tooLong);
  request.once('end', clear);
  request.once('close', clear);
}

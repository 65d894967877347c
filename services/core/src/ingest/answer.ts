import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';

/** What a host is told. */
export interface Answer {
  status: number;
  body: object;
  headers?: OutgoingHttpHeaders;
}

// How much more, and for how long, a client may send that was answered before it had sent everything.
const MAX_LEFTOVER_BYTES = 1024 * 1024;
const MAX_LEFTOVER_MS = 1_000;

/** Answers a request that was read to its end. @returns bytes of the body */
export function send(response: ServerResponse, { status, body, headers }: Answer): number {
  const text = JSON.stringify(body);
  response.writeHead(status, { ...headersOf(text), ...headers });
  response.end(text);
  return Buffer.byteLength(text);
}

/**
 * Answers a request whose body was not read, and ends its connection. What the client still sends is thrown away for a
 * moment first: closing under it would reset the connection, and the client would lose the answer.
 *
 * @returns bytes of the body
 */
export function sendEarly(request: IncomingMessage, response: ServerResponse, answer: Answer): number {
  const text = JSON.stringify(answer.body);
  response.writeHead(answer.status, { ...headersOf(text), ...answer.headers, connection: 'close' });
  response.write(text);
  let bytes = 0;
  const tooLong = setTimeout(() => request.destroy(), MAX_LEFTOVER_MS);
  const end = (): void => {
    clearTimeout(tooLong);
    response.end();
  };
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > MAX_LEFTOVER_BYTES) request.destroy();
  });
  request.on('error', end);
  request.on('end', end);
  request.on('close', end);
  request.resume();
  return Buffer.byteLength(text);
}

function headersOf(text: string): OutgoingHttpHeaders {
  return { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
}

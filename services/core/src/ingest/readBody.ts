import type { IncomingMessage } from 'node:http';

/** One of the three is called, once. */
interface ReadBodyOptions {
  maxBytes: number;
  onBody: (body: Buffer) => void;
  /** As soon as it is known; nothing is collected any more. */
  onTooLarge: () => void;
  /** The client went away before it had sent everything. */
  onAborted: () => void;
}

/** Collects a request's body. */
export function readBody(request: IncomingMessage, { maxBytes, onBody, onTooLarge, onAborted }: ReadBodyOptions): void {
  const announced = Number(request.headers['content-length'] ?? 0);
  let chunks: Buffer[] = [];
  let bytes = 0;
  let isOver = false;

  function finish(tell: () => void): void {
    if (isOver) return;
    isOver = true;
    tell();
  }

  request.on('error', () => finish(onAborted));
  request.on('close', () => finish(onAborted));
  if (announced > maxBytes) {
    finish(onTooLarge);
    return;
  }
  request.on('data', (chunk: Buffer) => {
    if (isOver) return;
    bytes += chunk.length;
    chunks.push(chunk);
    if (bytes <= maxBytes) return;
    chunks = [];
    finish(onTooLarge);
  });
  request.on('end', () => finish(() => onBody(Buffer.concat(chunks))));
}

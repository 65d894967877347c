import type { IncomingMessage } from 'node:http';

export type Body = { kind: 'complete'; body: Buffer } | { kind: 'too large' } | { kind: 'aborted' };

/** Collects a request's body; stops looking at it as soon as it is larger than `maxBytes`. Answers exactly once. */
export function readBody(request: IncomingMessage, maxBytes: number, answer: (body: Body) => void): void {
  const announced = Number(request.headers['content-length'] ?? 0);
  const chunks: Buffer[] = [];
  let bytes = 0;
  let isAnswered = false;

  const finish = (body: Body): void => {
    if (isAnswered) return;
    isAnswered = true;
    answer(body);
  };
  request.on('error', () => finish({ kind: 'aborted' }));
  request.on('close', () => finish({ kind: 'aborted' }));
  if (announced > maxBytes) {
    finish({ kind: 'too large' });
    return;
  }
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > maxBytes) {
      chunks.length = 0;
      finish({ kind: 'too large' });
    } else {
      chunks.push(chunk);
    }
  });
  request.on('end', () => finish({ kind: 'complete', body: Buffer.concat(chunks) }));
}

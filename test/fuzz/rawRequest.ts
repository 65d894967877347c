import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

/** What was said to a request, byte by byte as it was sent; `status` 0: nothing was. */
export interface Said {
  status: number;
  text: string;
  /** Nothing came, and the connection was not ended either. */
  hung: boolean;
}

/** A server has longer limits than this for none of its answers but streams. */
const PATIENCE_MS = 25_000;

/** So long a server is given to answer what it may take for a part of a request, before the rest is called off. */
const PART_MS = 500;

/**
 * Sends bytes that need not be a request and tells what came. An answer of which nothing has to be known but its status is
 * not read to its end: streams have none.
 *
 * @param request `parts` are sent one after the other, with a moment in between
 */
export async function rawRequest(
  port: number,
  { parts, isWhole }: { parts: readonly Buffer[]; isWhole: boolean },
): Promise<Said> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  let text = '';
  let hung = false;
  const ended = new Promise<void>((resolve) => {
    const tooLong = setTimeout(() => {
      hung = true;
      socket.destroy();
    }, PATIENCE_MS);
    socket.on('data', (data: Buffer) => {
      text += data.toString('latin1');
      if (/^HTTP\/1\.1 [23]/.test(text)) socket.destroy();
    });
    socket.on('error', () => undefined); // reset by a server that had heard enough
    socket.on('end', () => socket.destroy());
    socket.on('close', () => {
      clearTimeout(tooLong);
      resolve();
    });
  });
  for (const part of parts) {
    if (socket.destroyed) break;
    socket.write(part);
    if (parts.length > 1) await pause(5);
  }
  // A client that says that it is done before it was answered is taken for one that went away.
  const callOff = isWhole ? undefined : setTimeout(() => socket.end(), PART_MS);
  await ended;
  clearTimeout(callOff);
  return { status: Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0), text, hung };
}

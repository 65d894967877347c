import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { HostileRequest } from './hostileRequest.js';

/** What was said to a request, byte by byte as it was sent; `status` 0: nothing was. */
export interface Said {
  status: number;
  text: string;
  /** The server ended it: `text` is all of it. */
  isComplete: boolean;
  /** Until the answer, or the end of the connection. */
  ms: number;
  /** Nothing came, and the connection was not ended either. */
  hung: boolean;
}

/**
 * A server has longer limits than this for none of its answers but streams; and for a request that does not come to its end,
 * the server's own limit of 30 s, which is looked at every 30 s.
 */
const PATIENCE_MS = { whole: 25_000, broken: 25_000, stalled: 75_000 };

/** So long a server is given to answer what it may take for a part of a request, before the rest is called off. */
const PART_MS = 500;

/** Streams have no end, and of a long list the rest tells nothing more. */
const MOST_READ = 65_536;

/**
 * Sends bytes that need not be a request and tells what came.
 *
 * @param request `parts` are sent one after the other, with a moment in between
 */
export async function rawRequest(
  port: number,
  { parts, ending }: Pick<HostileRequest, 'parts' | 'ending'>,
): Promise<Said> {
  const begun = performance.now();
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  let text = '';
  let isComplete = false;
  let hung = false;
  const ended = new Promise<void>((resolve) => {
    const tooLong = setTimeout(() => {
      hung = true;
      socket.destroy();
    }, PATIENCE_MS[ending]);
    socket.on('data', (data: Buffer) => {
      text += data.toString('latin1');
      if (text.length > MOST_READ || /\r\ncontent-type: text\/event-stream/i.test(text)) socket.destroy();
    });
    socket.on('error', () => undefined); // reset by a server that had heard enough
    socket.on('end', () => {
      isComplete = true;
      socket.destroy();
    });
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
  const callOff = ending === 'broken' ? setTimeout(() => socket.end(), PART_MS) : undefined;
  await ended;
  clearTimeout(callOff);
  const ms = performance.now() - begun;
  return { status: Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0), text, isComplete, ms, hung };
}

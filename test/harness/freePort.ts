import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * Below what kernels give to outgoing connections and to `listen(0)`: neither can come in between. Above the last port that
 * `fetch` refuses to ask, 10080 ("bad port", https://fetch.spec.whatwg.org/#port-blocking).
 */
const FIRST = 10_100;
const COUNT = 19_900;

/** Hold the UDP ports of the same numbers until this process ends: what no other process of tests can have as well. */
const holders: Socket[] = [];

/** A TCP port of 127.0.0.1 that nobody listens on, nor is given to anybody else who asks here, in whatever process. */
export async function freePort(): Promise<number> {
  const first = Math.floor(Math.random() * COUNT);
  for (let tried = 0; tried < COUNT; tried += 1) {
    const port = FIRST + ((first + tried) % COUNT);
    const holder = await hold(port);
    if (holder === undefined) continue;
    holders.push(holder);
    if (await isFree(port)) return port;
  }
  throw new Error('all ports are taken');
}

async function hold(port: number): Promise<Socket | undefined> {
  const socket = createSocket('udp4').unref();
  try {
    const bound = once(socket, 'listening');
    socket.bind(port, '127.0.0.1');
    await bound;
    return socket;
  } catch {
    socket.close();
    return undefined;
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    const listening = once(server, 'listening');
    server.listen(port, '127.0.0.1');
    await listening;
  } catch {
    return false;
  }
  server.close();
  await once(server, 'close');
  return true;
}

import { Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';

export interface Listening {
  /** Resolves when the connection is closed; nothing is told any more from the call on. */
  close(): Promise<void>;
}

interface ListenOptions {
  channel: string;
  /** Of every NOTIFY while connected. */
  onNotify: (payload: string) => void;
  /** Each time that listening begins: whatever was told before was missed. */
  onConnect?: () => void;
  /** The connection broke or could not be made; it is made again by itself. */
  onLoss?: (error: Error) => void;
}

const SHORTEST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;
const GOODBYE_MS = 500;

/**
 * LISTEN on a connection of its own, made again whenever it breaks. A NOTIFY is a hint only: what is told while nobody
 * listens is lost, so whoever uses this also polls.
 */
export function listen(databaseUrl: string, { channel, onNotify, onConnect, onLoss }: ListenOptions): Listening {
  let closed = false;
  let pause = SHORTEST_PAUSE_MS;
  let timer: NodeJS.Timeout | undefined;
  let client: pg.Client | undefined;
  let socket = new Socket();

  async function connect(): Promise<void> {
    const mySocket = new Socket();
    socket = mySocket;
    const mine = new pg.Client({
      stream: () => mySocket,
      connectionString: databaseUrl,
      application_name: `listen ${channel}`,
      connectionTimeoutMillis: 5_000,
      keepAlive: true,
    });
    client = mine;
    mine.on('error', (error) => lose(mine, error));
    mine.on('end', () => lose(mine, new Error('connection ended')));
    mine.on('notification', ({ payload }) => {
      if (!closed) onNotify(payload ?? '');
    });
    try {
      await mine.connect();
      await mine.query(`listen ${pg.escapeIdentifier(channel)}`);
    } catch (error) {
      lose(mine, error instanceof Error ? error : new Error(String(error)));
      return;
    }
    if (closed || client !== mine) return;
    pause = SHORTEST_PAUSE_MS;
    onConnect?.();
  }

  function lose(which: pg.Client, error: Error): void {
    if (closed || client !== which) return;
    client = undefined;
    socket.destroy();
    onLoss?.(error);
    timer = setTimeout(() => void connect(), pause);
    pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
  }

  void connect();
  return {
    async close() {
      closed = true;
      clearTimeout(timer);
      // pg's end() waits for the server, which may never answer, and for ever when it is still connecting.
      const farewell = new AbortController();
      const patience = wait(GOODBYE_MS, undefined, { signal: farewell.signal }).catch(() => undefined);
      await Promise.race([client?.end().catch(() => undefined), patience]);
      farewell.abort();
      socket.destroy();
    },
  };
}

import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { freePort } from './freePort.js';

/** A place in the talk of two processes. */
export interface Passage {
  /** When the question has come, or when its answer has. */
  moment: 'question' | 'answer';
  /** What the question contains. */
  text: string;
}

/** What becomes of what was held: it goes on its way, or it is lost together with its connection. */
export type Fate = 'passed' | 'lost';

export interface Tap {
  port: number;
  url: string;
  /** Holds the next question (or its answer) that fits until its fate is decided; resolves when that is done. */
  hold(passage: Passage, decide: () => Promise<Fate>): Promise<void>;
  /** From now on connections are refused, as by a port that nobody listens on; those that stand go on. */
  refuse(): void;
  /** Accepts again, if it did not. */
  accept(): Promise<void>;
  /** Refuses, and breaks the connections that stand. */
  close(): void;
}

interface Trap extends Passage {
  decide: () => Promise<Fate>;
  done: () => void;
  /** Whose question it was. */
  caught?: Socket;
}

/** A wire between whoever connects and a port of 127.0.0.1 that can be stopped at a given word. */
export async function createTap(targetPort: number): Promise<Tap> {
  const sockets = new Set<Socket>();
  let trap: Trap | undefined;
  const server = createServer({ noDelay: true }, (near) => {
    const far = connect({ port: targetPort, host: '127.0.0.1', noDelay: true });
    join(near, far, (data) => {
      if (trap === undefined || trap.caught !== undefined || !data.toString('latin1').includes(trap.text)) return false;
      trap.caught = near;
      return trap.moment === 'question';
    });
    join(far, near, () => trap?.caught === near && trap.moment === 'answer');
  });

  function join(from: Socket, to: Socket, isHeld: (data: Buffer) => boolean): void {
    sockets.add(from);
    from.on('data', (data) => {
      if (!isHeld(data)) to.write(data);
      else void settle(from, to, data);
    });
    from.on('error', () => from.destroy());
    from.on('close', () => {
      sockets.delete(from);
      to.destroy();
    });
  }

  async function settle(from: Socket, to: Socket, data: Buffer): Promise<void> {
    const settled = trap;
    trap = undefined;
    from.pause();
    const fate = await settled?.decide();
    if (fate === 'passed') {
      to.write(data);
      from.resume();
    } else {
      from.destroy();
      to.destroy();
    }
    settled?.done();
  }

  const listen = async (port: number): Promise<void> => {
    await once(server.listen(port, '127.0.0.1'), 'listening');
  };
  // Of its own even while nobody listens there.
  const port = await freePort();
  await listen(port);
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    hold: (passage, decide) =>
      new Promise((done) => {
        trap = { ...passage, decide, done };
      }),
    refuse: () => {
      if (server.listening) server.close();
    },
    accept: async () => {
      if (!server.listening) await listen(port);
    },
    close: () => {
      if (server.listening) server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

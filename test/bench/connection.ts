import { once } from 'node:events';
import { connect } from 'node:net';

export interface Connection {
  /** @returns status of the answer */
  post(path: string, body: string): Promise<number>;
  /** @returns status of the answer */
  get(path: string): Promise<number>;
  close(): void;
}

/** The cheapest client there is, so that what is measured is the server: one request at a time on one connection. */
export async function openConnection(port: number): Promise<Connection> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  let settle: (status: number) => void = () => undefined;
  let text = '';
  socket.on('error', () => settle(0));
  socket.on('data', (data: Buffer) => {
    text += data.toString('latin1');
    const head = text.indexOf('\r\n\r\n');
    const length = /content-length: (\d+)/i.exec(text)?.[1];
    if (head < 0 || text.length < head + 4 + Number(length ?? 0)) return;
    const status = Number(text.slice(9, 12));
    text = '';
    settle(status);
  });
  const ask = (request: string): Promise<number> =>
    new Promise((resolve) => {
      settle = resolve;
      socket.write(request);
    });
  return {
    post: (path, body) =>
      ask(
        `POST ${path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n` +
          `content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
      ),
    get: (path) => ask(`GET ${path} HTTP/1.1\r\nhost: localhost\r\n\r\n`),
    close: () => socket.destroy(),
  };
}

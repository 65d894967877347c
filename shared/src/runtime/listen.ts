import { once } from 'node:events';
import type { Server } from 'node:http';
import { OperatorError } from './operatorError.js';

/**
 * Resolves when the server listens.
 *
 * @throws OperatorError that says what to do
 */
export async function listen(server: Server, host: string, port: number): Promise<void> {
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    const where = `port ${String(port)} of ${host}`;
    if (code === 'EADDRINUSE') {
      throw new OperatorError(`${where} is taken by another program: end that one, or set another port in .env.`);
    }
    if (code === 'EACCES') {
      throw new OperatorError(`${where} may not be used by this user: set a port above 1023 in .env.`);
    }
    if (code === 'EADDRNOTAVAIL') {
      throw new OperatorError(`this machine has no address ${host}: set one that it has, or 0.0.0.0, in .env.`);
    }
    throw error;
  }
}

import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { OperatorError } from '../../runtime/operatorError.js';
import { binaries } from './binaries.js';
import { createCluster, SUPERUSER } from './cluster.js';
import { endLeftover } from './leftover.js';
import { unprivileged } from './unprivileged.js';

export interface PostgresOptions {
  /** Absolute; created on the first start. */
  dataDir: string;
  /** On 127.0.0.1; there is no Unix socket. */
  port: number;
  /** Of the superuser; counts on the first start only. */
  password: string;
  /** Settings as in postgresql.conf. */
  settings?: Record<string, string>;
  onLine?: (line: string) => void;
}

export interface RunningPostgres {
  url(database: string): string;
  /** Fast shutdown: ends connections, writes everything down. Resolves when the server is gone. */
  stop(): Promise<void>;
  /** Resolves when the server is gone, whatever the reason. */
  exited: Promise<undefined>;
}

/**
 * Starts a PostgreSQL of our own on `dataDir` and resolves when it takes connections.
 *
 * @throws OperatorError with the server's last lines when it does not come up
 */
export async function startPostgres(options: PostgresOptions): Promise<RunningPostgres> {
  const { dataDir, port, password, settings = {}, onLine } = options;
  await createCluster(dataDir, password);
  await endLeftover(dataDir);
  const flags = Object.entries({ listen_addresses: '127.0.0.1', unix_socket_directories: '', ...settings });
  const { file, args, ...ids } = unprivileged().wrap(binaries().postgres, [
    ...['-D', dataDir, '-p', String(port)],
    ...flags.flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ]);
  // A process group of its own: Ctrl-C in a terminal is for us; we stop the server when nobody needs it any more.
  const server = spawn(file, args, { ...ids, detached: true, stdio: ['ignore', 'ignore', 'pipe'] });
  const exited = new Promise<undefined>((resolve) =>
    server.once('close', () => {
      resolve(undefined);
    }),
  );
  const lastLines: string[] = [];
  await new Promise<void>((resolve, reject) => {
    createInterface(server.stderr).on('line', (line) => {
      onLine?.(line);
      if (lastLines.push(line) > 10) lastLines.shift();
      if (line.includes('database system is ready to accept connections')) resolve();
    });
    server.once('error', reject);
    void exited.then(() => {
      reject(new OperatorError(`PostgreSQL on port ${String(port)} did not come up:\n${lastLines.join('\n')}`));
    });
  });
  return {
    url: (database) => `postgres://${SUPERUSER}:${encodeURIComponent(password)}@127.0.0.1:${String(port)}/${database}`,
    stop: async () => {
      server.kill('SIGINT');
      await exited;
    },
    exited,
  };
}

import { writeSync } from 'node:fs';
import type { Server } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { drainServer } from './drainServer.js';
import { listen } from './listen.js';
import type { ServiceLogger } from './logger.js';
import { OperatorError } from './operatorError.js';
import { stopRequested } from './stopRequested.js';

export interface StartedService {
  /** Not yet listening. */
  server: Server;
  host: string;
  port: number;
  log?: ServiceLogger;
  /** Ends background work while requests are still answered: whatever they store waits in the database. */
  drain?: () => Promise<void>;
  /** After the last request: pools, logs. */
  close: () => Promise<void>;
}

interface ServiceOptions {
  name: string;
  start: () => Promise<StartedService>;
}

/**
 * Runs a service as this process: from its start, through `ready` for pm2 once it listens, to exit code 0 after SIGTERM
 * or SIGINT (or when its pm2 is gone: an orphan would hold the port against the next start). A service that cannot start
 * says why in one message on stderr and exits 1, and so does one with an unhandled rejection.
 */
export async function runService({ name, start }: ServiceOptions): Promise<void> {
  let service: StartedService | undefined;
  const fail = async (reason: unknown): Promise<never> => {
    const message = reason instanceof OperatorError ? reason.message : text(reason);
    writeSync(process.stderr.fd, `${name}: ${message}\n`);
    service?.log?.error('service failed', { reason: message });
    await Promise.race([service?.log?.flush(), wait(1_000)]);
    process.exit(1);
  };
  process.once('unhandledRejection', (reason) => void fail(reason));
  process.once('uncaughtException', (error) => void fail(error));

  const stop = stopRequested();
  try {
    service = await start();
    await listen(service.server, service.host, service.port);
  } catch (error) {
    return fail(error);
  }
  service.log?.info('listening', { host: service.host, port: service.port });
  process.send?.('ready');

  const reason = await stop;
  service.log?.info('stopping', { reason });
  await service.drain?.();
  await drainServer(service.server);
  await service.close();
  process.exit(0);
}

function text(reason: unknown): string {
  return reason instanceof Error ? (reason.stack ?? reason.message) : String(reason);
}

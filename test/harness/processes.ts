import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Crm } from '@live-calls/shared/contracts';
import { freePort } from './freePort.js';
import { until } from './until.js';

export interface Service {
  url: string;
  pid: number;
  /** What it wrote to stdout and stderr. */
  output(): string;
  /** Ends it as given. @returns its exit code when it is gone; null when the signal ended it */
  kill(signal: NodeJS.Signals): Promise<number | null>;
  /** For signals that do not end it. */
  signal(signal: NodeJS.Signals): void;
}

export type ServiceName = 'core' | 'emulator' | 'integration-cache' | Crm;

/**
 * Starts a built service as a process of its own and waits until it is healthy.
 *
 * @param variables its whole environment beside PATH; the port is chosen unless given
 */
export async function startService(
  name: ServiceName,
  variables: Record<string, string>,
  port?: number,
): Promise<Service> {
  const chosen = port ?? (await freePort());
  const portVariable = `${name.toUpperCase().replaceAll('-', '_')}_PORT`;
  const child = spawn(
    process.execPath,
    [fileURLToPath(new URL(`../../services/${name}/dist/main.js`, import.meta.url))],
    {
      env: { PATH: process.env['PATH'], CORE_HOST: '127.0.0.1', ...variables, [portVariable]: String(chosen) },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (output += data.toString()));
  const url = `http://127.0.0.1:${String(chosen)}`;
  const ended = once(child, 'exit');
  await until(`${name} is healthy`, async () => {
    if (child.exitCode !== null) throw new Error(`${name} ended with ${String(child.exitCode)}: ${output}`);
    return (await fetch(`${url}/health`).catch(() => null))?.status === 200;
  });
  return {
    url,
    pid: child.pid ?? 0,
    output: () => output,
    kill: async (signal) => {
      child.kill(signal);
      await ended;
      return child.exitCode;
    },
    signal: (signal) => {
      child.kill(signal);
    },
  };
}

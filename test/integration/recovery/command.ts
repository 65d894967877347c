import { spawn } from 'node:child_process';
import { once } from 'node:events';

export interface Ran {
  code: number | null;
  /** stdout and stderr. */
  output: string;
}

/** Runs a command to its end; its environment is PATH and the given variables. */
export async function run(command: string, args: string[], variables: Record<string, string> = {}): Promise<Ran> {
  const child = spawn(command, args, { env: { PATH: process.env['PATH'], ...variables } });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (output += data.toString()));
  await once(child, 'close');
  return { code: child.exitCode, output };
}

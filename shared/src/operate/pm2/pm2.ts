import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { DATA_DIR } from '../../runtime/embeddedDatabase.js';
import { OperatorError } from '../../runtime/operatorError.js';
import { ROOT } from '../../runtime/root.js';

const Processes = z.array(
  z.object({
    name: z.string(),
    pm2_env: z.object({ status: z.string(), pm_uptime: z.number().optional() }),
  }),
);

export interface Pm2Process {
  name: string;
  /** online, launching, stopped, errored, waiting restart … */
  status: string;
  /** Unix time in ms. */
  startedAt: number;
}

/** A pm2 of our own beside the user's, so that neither ever touches the other's processes. */
const HOME = homeFor(join(DATA_DIR, 'pm2'));

const run = promisify(execFile);

/**
 * Runs a command of pm2 and returns what it printed.
 *
 * @throws OperatorError with what pm2 said
 */
export async function pm2(...args: string[]): Promise<string> {
  const program = createRequire(import.meta.url).resolve('pm2/bin/pm2');
  const env = { ...process.env, PM2_HOME: HOME, PM2_DISCRETE_MODE: 'true', PM2_DISABLE_VERSION_CHECK: 'true' };
  try {
    const { stdout } = await run(process.execPath, [program, ...args], { cwd: ROOT, env, maxBuffer: 64 * 1024 * 1024 });
    return stdout;
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new OperatorError(`pm2 ${args.join(' ')} failed:\n${stdout}${stderr}`);
  }
}

/** What our pm2 runs; nothing when it is not there (asking it would start it). */
export async function processes(): Promise<Pm2Process[]> {
  if (!isRunning()) return [];
  const output = await pm2('jlist', '--silent');
  const list = Processes.parse(JSON.parse(output.slice(output.indexOf('['))));
  return list.map(({ name, pm2_env: { status, pm_uptime = 0 } }) => ({ name, status, startedAt: pm_uptime }));
}

/** Whether our pm2 is there. */
export function isRunning(): boolean {
  try {
    process.kill(Number(readFileSync(join(HOME, 'pm2.pid'), 'utf8')), 0);
    return true;
  } catch {
    return false;
  }
}

/** pm2 keeps sockets in its home, and a socket's path may have 103 characters at most (macOS; Linux 107). */
function homeFor(directory: string): string {
  if (join(directory, 'interactor.sock').length <= 103) return directory;
  return join(homedir(), `.live-calls-${createHash('sha256').update(directory).digest('hex').slice(0, 8)}`);
}

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { platform } from 'node:process';
import { setTimeout as wait } from 'node:timers/promises';

/**
 * Ends a PostgreSQL that still runs on this data directory because whoever started it was killed, and removes the pid
 * file of one that was killed itself: its pid may belong to somebody else by now, which PostgreSQL takes for a running
 * server.
 */
export async function endLeftover(dataDir: string): Promise<void> {
  const pidFile = join(dataDir, 'postmaster.pid');
  const pid = await pidIn(pidFile);
  if (pid === undefined) return;
  if (runsPostgresOn(pid, dataDir)) {
    process.kill(pid, 'SIGINT'); // fast shutdown: connections are ended, everything committed is kept
    while (runsPostgresOn(pid, dataDir)) await wait(50);
  }
  await rm(pidFile, { force: true });
}

async function pidIn(file: string): Promise<number | undefined> {
  const text = await readFile(file, 'utf8').catch(() => '');
  const pid = Number.parseInt(text, 10);
  return pid > 0 ? pid : undefined;
}

function runsPostgresOn(pid: number, dataDir: string): boolean {
  try {
    return commandOf(pid).includes(dataDir);
  } catch {
    return false;
  }
}

/** Small Linux systems have no ps. */
function commandOf(pid: number): string {
  if (platform === 'linux') return readFileSync(`/proc/${String(pid)}/cmdline`, 'utf8');
  return execFileSync('ps', ['-o', 'args=', '-p', String(pid)], { encoding: 'utf8' });
}

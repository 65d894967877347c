import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { admin } from '../../../shared/src/operate/admin/admin.js';

const PROGRAM = fileURLToPath(new URL('../../../shared/dist/operate/admin/main.js', import.meta.url));

export interface Ran {
  code: number | null;
  output: string;
}

/** Runs a command of `npm run admin` in this process: most of a command's time is the start of its own. */
export async function runAdmin(
  words: readonly string[],
  variables: Record<string, string>,
  { typed = '' } = {},
): Promise<Ran> {
  let output = '';
  const print = (text: string): void => {
    output += `${text}\n`;
  };
  const code = await admin(words, { variables, print, printError: print, read: () => typed });
  return { code, output };
}

/**
 * Runs `npm run admin` as people do.
 *
 * @param variables its whole environment beside PATH
 */
export async function spawnAdmin(
  words: readonly string[],
  variables: Record<string, string>,
  { typed = '' } = {},
): Promise<Ran> {
  const child = spawn(process.execPath, [PROGRAM, ...words], {
    env: { PATH: process.env['PATH'], ...variables },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (output += data.toString()));
  child.stdin.end(typed);
  await once(child, 'close');
  return { code: child.exitCode, output };
}

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('../../services/emulator/dist/cli/main.js', import.meta.url));

/** Runs `npm run emulate` with these words against a running emulator. */
export async function runCommand(
  { emulator }: { emulator: { url: string } },
  words: readonly string[],
  { typed = '' } = {},
): Promise<{ code: number | null; output: string }> {
  const { port } = new URL(emulator.url);
  const child = spawn(process.execPath, [PROGRAM, ...words], {
    env: { PATH: process.env['PATH'], EMULATOR_PORT: port },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (output += data.toString()));
  child.stdin.end(typed);
  await once(child, 'close');
  return { code: child.exitCode, output };
}

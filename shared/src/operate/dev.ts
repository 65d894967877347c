import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { ROOT } from '../runtime/root.js';
import { operate } from './operate.js';
import { startAll } from './startAll.js';

/** `npm run dev`: compiles on every change, and restarts the services whose program changed. */
const compiler = spawn(
  process.execPath,
  [createRequire(import.meta.url).resolve('typescript/bin/tsc'), '-b', '--watch', '--preserveWatchOutput'],
  { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] },
);

process.once('exit', () => compiler.kill());
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(0));

for await (const line of createInterface(compiler.stdout)) {
  console.log(line);
  if (line.includes('Found 0 errors')) await operate(startAll);
}

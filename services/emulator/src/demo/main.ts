import { writeSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { OperatorError } from '@live-calls/shared/runtime';
import { readDemoConfig } from '../config.js';
import { runDemo } from './demo.js';

const print = (line: string): void => {
  writeSync(process.stdout.fd, `${line}\n`);
};

try {
  const config = readDemoConfig();
  const isTaken = await runDemo({
    coreUrl: `http://127.0.0.1:${config.CORE_PORT}`,
    pageUrl: `http://127.0.0.1:${config.EMULATOR_PORT}/`,
    print,
    wait,
  });
  process.exitCode = isTaken ? 0 : 1;
} catch (error) {
  if (!(error instanceof OperatorError)) throw error;
  print(error.message);
  process.exitCode = 1;
}

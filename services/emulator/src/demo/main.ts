import { writeSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { OperatorError } from '@live-calls/shared/runtime';
import { coreUrl, readDemoConfig } from '../config.js';
import { createTesterLog } from '../log/testerLog.js';
import { runDemo } from './demo.js';

const print = (line: string): void => {
  writeSync(process.stdout.fd, `${line}\n`);
};

try {
  const config = readDemoConfig();
  const log = createTesterLog(config.LOG_DIR);
  const isTaken = await runDemo({
    coreUrl: coreUrl(config),
    log,
    pageUrl: `http://127.0.0.1:${config.EMULATOR_PORT}/`,
    print,
    wait,
  });
  await log.flush();
  process.exitCode = isTaken ? 0 : 1;
} catch (error) {
  if (!(error instanceof OperatorError)) throw error;
  print(error.message);
  process.exitCode = 1;
}

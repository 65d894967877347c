import { once } from 'node:events';
import { writeSync } from 'node:fs';
import { OperatorError } from '@live-calls/shared/runtime';
import { emulatorUrl } from '../config.js';
import { readCommand } from './command.js';
import { emulate } from './emulate.js';
import { createEmulatorApi } from './emulatorApi.js';

const print = (line: string): void => {
  writeSync(process.stdout.fd, `${line}\n`);
};

const enter = async (): Promise<void> => {
  print('Нажмите Enter, чтобы отправить следующее событие.');
  process.stdin.resume();
  await once(process.stdin, 'data');
  process.stdin.pause();
};

try {
  const command = readCommand(process.argv.slice(2));
  const isGood = await emulate(command, createEmulatorApi(emulatorUrl()), { print, enter });
  process.exitCode = isGood ? 0 : 1;
} catch (error) {
  if (!(error instanceof OperatorError)) throw error;
  print(error.message);
  process.exitCode = 1;
}

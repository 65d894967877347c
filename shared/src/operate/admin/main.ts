import { readFileSync, writeSync } from 'node:fs';
import { admin } from './admin.js';

process.exitCode = await admin(process.argv.slice(2), {
  print: (text) => void writeSync(process.stdout.fd, `${text}\n`),
  printError: (text) => void writeSync(process.stderr.fd, `${text}\n`),
  read: () => readFileSync(process.stdin.fd, 'utf8'),
});

import { readFile } from 'node:fs/promises';

/** The last lines of a log file, indented for the terminal. */
export async function logTail(file: string, lines = 15): Promise<string> {
  const text = await readFile(file, 'utf8').catch(() => '(the file is not there)');
  const last = text.trimEnd().split('\n').slice(-lines);
  return last.map((line) => `  ${line}`).join('\n');
}

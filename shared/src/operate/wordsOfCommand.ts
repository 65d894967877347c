import { parseArgs, type ParseArgsConfig } from 'node:util';
import { OperatorError } from '../runtime/operatorError.js';

/** The command line could not be understood: exit code 2. */
export class WrongCommand extends OperatorError {
  override name = 'WrongCommand';
}

/** parseArgs whose complaints are a WrongCommand. */
export function wordsOf<O extends NonNullable<ParseArgsConfig['options']>>(
  words: readonly string[],
  options: O,
): ReturnType<typeof parseArgs<{ args: string[]; options: O; allowPositionals: true }>> {
  try {
    return parseArgs({ args: [...words], options, allowPositionals: true });
  } catch (error) {
    throw new WrongCommand(error instanceof Error ? error.message : String(error));
  }
}

/**
 * Runs a command that reports to a person: 0 when it says that everything is done, 1 when not, 2 when the command line
 * could not be understood.
 *
 * @param usage printed below what was not understood
 */
export async function report(command: () => Promise<boolean>, usage: string): Promise<void> {
  try {
    process.exitCode = (await command()) ? 0 : 1;
  } catch (error) {
    process.exitCode = error instanceof WrongCommand ? 2 : 1;
    if (error instanceof WrongCommand) console.error(`Не понимаю команду: ${error.message}\n\n${usage}`);
    else console.error(error instanceof OperatorError ? error.message : error);
  }
}

import { createPool } from '../../db/pool.js';
import { OperatorError } from '../../runtime/operatorError.js';
import { createSecrets } from '../../runtime/secrets/secrets.js';
import { UsageError, type Command, type Given, type Said } from './command.js';
import { COMMANDS } from './commands/commands.js';
import { readAdminConfig } from './config.js';
import { readCommand, usageOf } from './readCommand.js';
import { refusalOf } from './refusal.js';

interface Terminal {
  /** The environment; unless given, that of the process and `.env`. */
  variables?: Record<string, string | undefined>;
  print: (text: string) => void;
  printError: (text: string) => void;
  /** All of the standard input. */
  read: () => string;
}

/**
 * `npm run admin`: needs the database only; services that run are told of changes by NOTIFY.
 *
 * @returns the exit code
 */
export async function admin(words: readonly string[], terminal: Terminal): Promise<number> {
  const fail = (code: number, message: string): number => {
    if (words.includes('--json')) terminal.print(JSON.stringify({ error: message }));
    else terminal.printError(message);
    return code;
  };
  try {
    const read = readCommand(COMMANDS, words);
    if (read === 'help') {
      terminal.print(usageOf(COMMANDS));
      return 0;
    }
    const said = await perform(read.command, read.given, terminal);
    terminal.print(read.json ? JSON.stringify(said.json, null, 2) : said.text);
    return said.ok === false ? 1 : 0;
  } catch (error) {
    if (error instanceof UsageError) return fail(2, `Не понимаю: ${error.message}. Что есть: npm run admin -- --help`);
    if (error instanceof OperatorError) return fail(1, error.message);
    throw error;
  }
}

async function perform({ run }: Command, given: Given, { variables, read }: Terminal): Promise<Said> {
  const config = readAdminConfig(variables);
  const pool = createPool(config.DATABASE_URL, { name: 'admin', maxConnections: 8 });
  let lines: string[] | undefined;
  const typed = (): string => {
    lines ??= read().split('\n');
    const line = lines.shift()?.trim() ?? '';
    if (line === '') throw new OperatorError('Вместо «-» ожидается значение на стандартном вводе, а там пусто.');
    return line;
  };
  try {
    return await run({ pool, config, secrets: createSecrets(config.SECRETS_KEY), typed }, given);
  } catch (error) {
    throw refusalOf(error);
  } finally {
    await pool.end();
  }
}

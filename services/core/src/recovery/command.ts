import { parseArgs } from 'node:util';
import { OperatorError } from '@live-calls/shared/runtime';

/** What was asked for on the command line. */
export interface Command {
  /** Number or name. */
  enterprise: string;
  files: string[];
  dryRun: boolean;
}

export const USAGE = `Восстановить события, которые не дошли, по журналу АТС (SQLite, таблица AlternativeAPIlogs).

  npm run recover -- --enterprise 0367 --file Listen_AMI_2025-10-01.db
  npm run recover -- --enterprise 0367 --file Listen_AMI_2025-09-30.db --file Listen_AMI_2025-10-01.db

  --enterprise <номер>   предприятие, чья это АТС
  --file <файл>          журнал за день; для звонков через полночь — несколько
  --dry-run              только показать, чего не хватает; ничего не записывать

Повторять можно сколько угодно: записывается только то, чего в базе нет.
Код возврата 0, если всё прочитано и записано; 1, если прочитано не всё.`;

const OPTIONS = {
  enterprise: { type: 'string' },
  file: { type: 'string', multiple: true },
  'dry-run': { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

/**
 * @returns 'help' when that was asked for
 * @throws OperatorError with what is wrong and how to do it right
 */
export function readCommand(words: readonly string[]): Command | 'help' {
  const { values, positionals } = parsed(words);
  if (values.help === true || words.length === 0) return 'help';
  if (values.enterprise === undefined || values.enterprise === '') throw wrong('не указано --enterprise');
  // A shell spells out Listen_AMI_*.db behind --file.
  const files = [...(values.file ?? []), ...positionals].filter((file) => file !== '');
  if (files.length === 0) throw wrong('не указан --file');
  return { enterprise: values.enterprise, files, dryRun: values['dry-run'] ?? false };
}

function parsed(words: readonly string[]) {
  try {
    return parseArgs({ args: [...words], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw wrong(error instanceof Error ? error.message : String(error));
  }
}

const wrong = (what: string): OperatorError => new OperatorError(`Не понимаю команду: ${what}\n\n${USAGE}`);

import { parseArgs } from 'node:util';
import { UsageError, type Command, type Given } from './command.js';

/** @throws UsageError */
export function readCommand(
  commands: readonly Command[],
  words: readonly string[],
): { command: Command; given: Given; json: boolean } | 'help' {
  const own = words.filter((word) => word !== '--json');
  if (own.length === 0 || own.some((word) => word === '--help' || word === '-h')) return 'help';
  const command = commands.find(({ name }) => name.split(' ').every((part, index) => own[index] === part));
  if (command === undefined) throw new UsageError(`команды «${own.slice(0, 2).join(' ')}» нет`);
  const args = joined(own.slice(command.name.split(' ').length));
  try {
    const { values, positionals } = parseArgs({
      args,
      options: command.options,
      allowPositionals: true,
      allowNegative: true,
    });
    return { command, given: { values, words: positionals }, json: own.length < words.length };
  } catch (error) {
    throw new UsageError(`${command.name}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Groups have numbers below zero, which would be taken for options. */
function joined(words: readonly string[]): string[] {
  const args: string[] = [];
  for (const word of words) {
    const last = args.at(-1);
    if (/^-\d+$/.test(word) && last?.startsWith('--') === true && !last.includes('='))
      args[args.length - 1] = `${last}=${word}`;
    else args.push(word);
  }
  return args;
}

export const usageOf = (commands: readonly Command[]): string =>
  [
    'Управление предприятиями, подписчиками и интеграциями.',
    '',
    ...commands.map(
      ({ name, usage, summary }) => `  npm run admin -- ${name} ${usage}`.trimEnd() + `\n      ${summary}`,
    ),
    '',
    '  --json   ответ для программ (npm run --silent admin -- … --json)',
    '  «-» вместо токена или ключа: прочитать его со стандартного ввода, чтобы он не остался в истории команд.',
    '',
    'Код возврата: 0 — сделано, всё хорошо; 1 — не сделано или найдено плохое; 2 — команда не понята.',
  ].join('\n');

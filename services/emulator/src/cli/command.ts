import { parseArgs } from 'node:util';
import { OperatorError } from '@live-calls/shared/runtime';

/** What was asked for on the command line. */
export interface Command {
  kind: 'list' | 'one' | 'all' | 'help';
  scenario: string;
  /** Empty: whichever test enterprises there are. */
  enterprises: string[];
  pace: string | undefined;
  faults: string[];
  fields: Record<string, string>;
  calls: number;
  allowProduction: boolean;
}

export const USAGE = `Проиграть звонок на работающем ядре и проверить, что из него вышло.

  npm run emulate -- 2-1                            сценарий 2-1 на первом тестовом предприятии
  npm run emulate -- 2-1 --enterprise 0367 --pace fast --fault twice --field client=+375290000001
  npm run emulate -- --all [--fault twice | --fault all]  все сценарии, с выдуманными менеджерами
  npm run emulate -- --list                         что можно проиграть

  --enterprise <номер>      предприятие; с --all можно несколько через запятую
  --pace <темп>             real, fast, once или steps; без него — fast, с --all — once
  --fault <код>             неполадка; можно несколько раз или через запятую
  --field <поле>=<значение> кто и что участвует; несколько менеджеров через запятую
  --calls <число>           столько звонков сразу
  --allow-production        не только тестовые предприятия (нужна и настройка EMULATOR_ALLOW_PRODUCTION=1)

Код возврата 1, если вышло не то, что должно.`;

const OPTIONS = {
  all: { type: 'boolean' },
  list: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  enterprise: { type: 'string', multiple: true },
  pace: { type: 'string' },
  fault: { type: 'string', multiple: true },
  field: { type: 'string', multiple: true },
  calls: { type: 'string' },
  'allow-production': { type: 'boolean' },
} as const;

/** @throws OperatorError with what is wrong and how to do it right */
export function readCommand(words: readonly string[]): Command {
  const { values, positionals } = parsed(words);
  const [scenario = '', ...more] = positionals;
  if (more.length > 0) throw wrong(`лишнее: ${more.join(' ')}`);
  if (values.all === true && scenario !== '') throw wrong('либо код сценария, либо --all');
  return {
    kind: kindOf(values, scenario),
    scenario,
    enterprises: listed(values.enterprise),
    pace: values.pace,
    faults: listed(values.fault),
    fields: Object.fromEntries((values.field ?? []).map(readField)),
    calls: readCalls(values.calls),
    allowProduction: values['allow-production'] ?? false,
  };
}

function parsed(words: readonly string[]) {
  try {
    return parseArgs({ args: [...words], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw wrong(error instanceof Error ? error.message : String(error));
  }
}

function kindOf(values: { all?: boolean; list?: boolean; help?: boolean }, scenario: string): Command['kind'] {
  if (values.help === true) return 'help';
  if (values.list === true) return 'list';
  if (values.all === true) return 'all';
  return scenario === '' ? 'help' : 'one';
}

function readField(text: string): [string, string] {
  const [name = '', ...rest] = text.split('=');
  if (name === '' || rest.length === 0) throw wrong(`--field ${text}: нужно <поле>=<значение>`);
  return [name, rest.join('=')];
}

function readCalls(text = '1'): number {
  if (!/^[1-9]\d?$/.test(text)) throw wrong(`--calls ${text}: нужно число от 1 до 50`);
  return Number(text);
}

const listed = (values: readonly string[] = []): string[] =>
  values.flatMap((value) => value.split(',')).filter(Boolean);
const wrong = (what: string): OperatorError => new OperatorError(`Не понимаю команду: ${what}\n\n${USAGE}`);

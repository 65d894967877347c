import { CRMS } from '../../contracts/index.js';
import type { DeliveryFilter } from '../../db/deliveryList.js';
import { wordsOf, WrongCommand } from '../wordsOfCommand.js';

/** What was asked for on the command line. */
export type Command =
  | { kind: 'list'; filter: DeliveryFilter; limit: number }
  | { kind: 'retry'; ids: number[] }
  | { kind: 'retryAll'; filter: DeliveryFilter };

const TARGETS = ['telegram', 'dispatch', ...CRMS];

export const USAGE = `Что ещё не доставлено и что доставить не удалось.

  npm run deliveries -- --dead                       что доставить не удалось
  npm run deliveries -- --pending                    что ждёт своей очереди
  npm run deliveries -- --retry 15 [16 …]            доставить ещё раз
  npm run deliveries -- --retry --all                ещё раз всё, что доставить не удалось
  npm run deliveries -- --retry --all --pending      не ждать: всё, что стоит в очереди, сейчас же

  --target <куда>          ${TARGETS.join(', ')}
  --enterprise <номер>     только этого предприятия
  --limit <число>          показать не больше (100)

Код возврата: 0 — сделано, 1 — не сделано, 2 — команда не понята.`;

const OPTIONS = {
  dead: { type: 'boolean' },
  pending: { type: 'boolean' },
  retry: { type: 'boolean' },
  all: { type: 'boolean' },
  target: { type: 'string' },
  enterprise: { type: 'string' },
  limit: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

/**
 * @returns 'help' when that was asked for
 * @throws WrongCommand
 */
export function readCommand(words: readonly string[]): Command | 'help' {
  const { values, positionals } = wordsOf(
    words.flatMap((word) => (word.startsWith('--retry=') ? ['--retry', word.slice('--retry='.length)] : [word])),
    OPTIONS,
  );
  if (values.help === true || words.length === 0) return 'help';
  if (values.dead === true && values.pending === true) throw new WrongCommand('что-то одно: --dead или --pending');
  const { target, enterprise } = values;
  if (target !== undefined && !TARGETS.includes(target)) {
    throw new WrongCommand(`--target ${target}: нужно ${TARGETS.join(', ')}`);
  }
  const filter = { state: values.pending === true ? 'pending' : 'dead', target, enterprise } as const;
  if (values.retry !== true) {
    if (values.all === true) throw new WrongCommand('--all — только с --retry');
    if (positionals.length > 0) throw new WrongCommand(`лишнее: ${positionals.join(' ')}`);
    if (values.dead !== true && values.pending !== true) throw new WrongCommand('нужно --dead, --pending или --retry');
    return { kind: 'list', filter, limit: numberIn('--limit', values.limit ?? '100') };
  }
  if (values.all === true) {
    if (positionals.length > 0) throw new WrongCommand('либо номера доставок, либо --all');
    return { kind: 'retryAll', filter };
  }
  if (positionals.length === 0) throw new WrongCommand('--retry: нужен номер доставки или --all');
  return { kind: 'retry', ids: positionals.map((word) => numberIn('--retry', word)) };
}

function numberIn(option: string, word: string): number {
  if (!/^[1-9]\d{0,14}$/.test(word)) throw new WrongCommand(`${option} ${word}: нужно число больше нуля`);
  return Number(word);
}

import { CRMS, crmOfSection } from '../../contracts/index.js';
import type { ReplayTarget } from '../../db/replayOwed.js';
import { wordsOf, WrongCommand } from '../wordsOfCommand.js';

/** Which calls. */
export type Which =
  | { kind: 'call'; uniqueId: string; enterprise: string | undefined }
  /** Times as they were written: whose clock they mean is known later. */
  | { kind: 'period'; enterprise: string; from: string; to: string | undefined }
  | { kind: 'unassigned'; enterprise: string | undefined };

export interface Command {
  which: Which;
  /** Undefined: processed again. */
  target: ReplayTarget | undefined;
  /** Forget what was done in the CRM. */
  again: boolean;
  dryRun: boolean;
}

export const USAGE = `Обработать звонки ещё раз или передать их ещё раз в одно место.

  npm run replay -- --call 1759230684.10 [--enterprise 0367]
  npm run replay -- --enterprise 0367 --from 2025-09-30T10:00 --to 2025-09-30T12:00
  npm run replay -- --unassigned [--enterprise 0367]

Без --target события обрабатываются заново, в том числе отложенные из-за ошибки. Те же события дают те же звонки:
ничего не считается и не показывается дважды.

  --call <UniqueId>        звонок по UniqueId любого его канала
  --enterprise <номер>     предприятие (номер или имя)
  --from, --to <время>     по часам предприятия (2025-09-30T10:00, 2025-09-30) или со смещением (…+03:00);
                           без --to — до настоящего времени
  --unassigned             события, токен которых раньше никому не принадлежал
  --target <куда>          telegram, ${CRMS.join(', ')}: передать звонки только туда.
                           telegram — недостающие сообщения и правки; чат, который всё уже показывает, ничего не получит.
                           CRM — итог звонка, без карточек; что в CRM уже сделано, не повторяется
  --again                  для CRM: забыть, что уже сделано. Звонок может появиться в CRM второй раз
  --dry-run                только показать, что будет сделано

Код возврата: 0 — сделано всё, 1 — не всё или нечего делать, 2 — команда не понята.`;

const OPTIONS = {
  call: { type: 'string' },
  enterprise: { type: 'string' },
  from: { type: 'string' },
  to: { type: 'string' },
  unassigned: { type: 'boolean' },
  target: { type: 'string' },
  again: { type: 'boolean' },
  'dry-run': { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

/**
 * @returns 'help' when that was asked for
 * @throws WrongCommand
 */
export function readCommand(words: readonly string[]): Command | 'help' {
  const { values, positionals } = wordsOf(words, OPTIONS);
  if (values.help === true || words.length === 0) return 'help';
  if (positionals.length > 0) throw new WrongCommand(`лишнее: ${positionals.join(' ')}`);
  const which = whichOf(values);
  const target = values.target === undefined ? undefined : targetOf(values.target);
  const again = values.again ?? false;
  if (which.kind === 'unassigned' && target !== undefined) {
    throw new WrongCommand('--unassigned и --target вместе: эти события ещё не обработаны, они попадут всюду');
  }
  if (again && (target === undefined || target === 'telegram'))
    throw new WrongCommand('--again — только с --target <CRM>');
  return { which, target, again, dryRun: values['dry-run'] ?? false };
}

interface Values {
  call?: string | undefined;
  enterprise?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
  unassigned?: boolean | undefined;
}

function whichOf({ call, enterprise, from, to, unassigned }: Values): Which {
  const isPeriod = from !== undefined || to !== undefined;
  if (Number(call !== undefined) + Number(isPeriod) + Number(unassigned === true) > 1) {
    throw new WrongCommand('что-то одно: --call, --from … --to … или --unassigned');
  }
  if (enterprise === '') throw new WrongCommand('--enterprise пусто');
  if (unassigned === true) return { kind: 'unassigned', enterprise };
  if (call !== undefined) {
    if (call.trim() === '') throw new WrongCommand('--call пусто');
    return { kind: 'call', uniqueId: call.trim(), enterprise };
  }
  if (enterprise === undefined) throw new WrongCommand('не указано --enterprise');
  if (from === undefined) throw new WrongCommand('не указано --from');
  return { kind: 'period', enterprise, from, to };
}

function targetOf(text: string): ReplayTarget {
  const target = text === 'telegram' ? text : (CRMS.find((crm) => crm === text) ?? crmOfSection(text));
  if (target === undefined) throw new WrongCommand(`--target ${text}: нужно telegram, ${CRMS.join(', ')}`);
  return target;
}

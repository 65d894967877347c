import { assignKept, keptEvents, keptFor, type KeptEvents } from '../../db/replayUnassigned.js';
import { OperatorError } from '../../runtime/operatorError.js';
import { clockText } from '../zoneClock.js';
import { inBatches } from './batches.js';
import { findEnterprise } from './enterprise.js';
import { BATCH_EVENTS, processed, type ProcessOptions } from './processed.js';
import { outcomeLines, verdictOf } from './text.js';

interface AssignOptions extends ProcessOptions {
  dryRun: boolean;
  print: (text: string) => void;
}

type Ours = KeptEvents & { enterprise: NonNullable<KeptEvents['enterprise']> };

/**
 * Gives events that were kept for an unknown token to the enterprises that have it now.
 *
 * @param wanted number or name of the only enterprise that is meant
 * @returns whether all of them were processed
 */
export async function assign(options: AssignOptions, wanted?: string): Promise<boolean> {
  const { pool, dryRun, print } = options;
  const number = wanted === undefined ? undefined : (await findEnterprise(pool, wanted)).number;
  const kept = await keptEvents(pool);
  const ours = kept.filter(
    (one): one is Ours => one.enterprise !== null && (number === undefined || one.enterprise.number === number),
  );
  const strangers = kept.filter(({ enterprise }) => enterprise === null);
  print(`События без предприятия${dryRun ? ' (проверка: ничего не изменено)' : ''}`);
  if (strangers.length > 0) {
    const events = strangers.reduce((sum, one) => sum + one.events, 0);
    print(`  Чужие: ${events} (токенов: ${strangers.length}) — предприятий с такими токенами нет, события остаются`);
  }
  if (ours.length === 0) throw new OperatorError('  Своих нет: раздавать нечего.');
  let isAll = true;
  for (const one of ours) isAll = (await assignTo(options, one)) && isAll;
  return isAll;
}

async function assignTo(options: AssignOptions, { enterprise, events, first_at, last_at }: Ours): Promise<boolean> {
  const { pool, dryRun, print } = options;
  const { number, name, timezone: zone } = enterprise;
  print(
    `\nПредприятие ${number} (${name}): событий ${events}, с ${clockText(first_at, zone)} по ${clockText(last_at, zone)}`,
  );
  if (dryRun) {
    print('ИТОГ: эти события будут записаны и обработаны; запустите без --dry-run.');
    return true;
  }
  const kept = await keptFor(pool, number);
  const outcome = await processed(options, number, inBatches(kept, BATCH_EVENTS), (client, batch) =>
    assignKept(
      client,
      number,
      batch.map(({ id }) => id),
    ),
  );
  const left = Math.max(0, kept.length - outcome.done - outcome.waiting - outcome.setAside.length);
  print([...outcomeLines(outcome, left), `  Звонков: ${outcome.calls.size}`, verdictOf(outcome, left)].join('\n'));
  return outcome.waiting === 0 && outcome.setAside.length === 0;
}

import { callsToReplay, callsWrittenSince } from '../../db/replayCalls.js';
import { inBatches } from './batches.js';
import { BATCH_EVENTS, callsOf, giveAgain, processed, type ProcessOptions } from './processed.js';
import type { Selected } from './selected.js';
import { callTable, outcomeLines, verdictOf } from './text.js';

interface ReprocessOptions extends ProcessOptions {
  dryRun: boolean;
  print: (text: string) => void;
}

/** Lets the core process events again. @returns whether all were processed */
export async function reprocess(options: ReprocessOptions, { enterprise, title, events }: Selected): Promise<boolean> {
  const { pool, dryRun, print } = options;
  const { number, name, timezone } = enterprise;
  const before = await callsToReplay(pool, number, callsOf(events));
  const setAside = events.filter(({ process_error: error }) => error !== null).length;
  const forgotten = before.filter(({ state }) => state === 'forgotten').length;
  print(
    [
      `Повторная обработка, предприятие ${number} (${name}): ${title}${dryRun ? ' (проверка: ничего не изменено)' : ''}`,
      `  Событий: ${events.length}${setAside > 0 ? ` (из них отложены из-за ошибки: ${setAside})` : ''}`,
      `  Звонков: ${before.length}${forgotten > 0 ? ` (из них окончены давно: ${forgotten})` : ''}`,
      ...callTable(before, timezone),
    ].join('\n'),
  );
  if (dryRun) {
    print('\nИТОГ: эти события будут обработаны ещё раз; запустите без --dry-run.');
    return true;
  }
  const { rows } = await pool.query<{ now: Date }>('select now() as now');
  const outcome = await processed(options, number, inBatches(events, BATCH_EVENTS), (client, batch) =>
    giveAgain(client, number, batch),
  );
  const left = events.length - outcome.done - outcome.waiting - outcome.setAside.length;
  const written = await callsWrittenSince(pool, number, [...outcome.calls], rows[0]?.now ?? new Date());
  const known = new Set(before.map(({ uuid }) => uuid));
  const added = written.filter((uuid) => !known.has(uuid)).length;
  print(
    [
      '',
      ...outcomeLines(outcome, left),
      `  Звонков исправлено: ${written.length - added}, добавлено: ${added}`,
      '',
      verdictOf(outcome, left),
    ].join('\n'),
  );
  return outcome.waiting === 0 && outcome.setAside.length === 0;
}

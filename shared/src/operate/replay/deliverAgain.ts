import { CRM_FACTS, Phone } from '../../contracts/index.js';
import { inTransaction } from '../../db/pool.js';
import { callsToReplay, type ReplayedCall } from '../../db/replayCalls.js';
import { apartMs, forgetSteps, oweReplay, type ReplayTarget } from '../../db/replayOwed.js';
import { OperatorError } from '../../runtime/operatorError.js';
import { inBatches } from './batches.js';
import type { Enterprise } from './enterprise.js';
import { BATCH_EVENTS, callsOf, giveAgain, processed, type ProcessOptions } from './processed.js';
import type { Selected } from './selected.js';
import { about, callTable, outcomeLines, verdictOf } from './text.js';

interface DeliverAgainOptions extends ProcessOptions {
  target: ReplayTarget;
  /** Forget what was done in the CRM. */
  again: boolean;
  dryRun: boolean;
  print: (text: string) => void;
}

const CHUNK = 500;

/**
 * Owes one destination the calls as they are known now. When this returns, the database knows of it, and nothing that
 * dies later loses it.
 *
 * @returns whether all that could be owed was
 */
export async function deliverAgain(
  options: DeliverAgainOptions,
  { enterprise, title, events }: Selected,
): Promise<boolean> {
  const { pool, target, again, dryRun, print } = options;
  const { number, name, timezone } = enterprise;
  requireEnabled(target, enterprise);
  const all = await callsToReplay(pool, number, callsOf(events), target);
  const calls = all.filter((call) => isFor(target, call));
  const setAside = events.filter(({ process_error: error }) => error !== null).length;
  print(
    [
      `Повторная доставка в ${titleOf(target)}, предприятие ${number} (${name}): ${title}${dryRun ? ' (проверка: ничего не изменено)' : ''}`,
      ...countLines(target, all, calls, again),
      ...(setAside > 0 ? [`  Отложено событий: ${setAside} — их сначала обработайте: та же команда без --target`] : []),
      ...callTable(calls, timezone),
      '',
    ].join('\n'),
  );
  if (calls.length === 0) {
    print('ИТОГ: передавать нечего.');
    return false;
  }
  if (dryRun) {
    print(`ИТОГ: будет передано звонков: ${calls.length}; запустите без --dry-run.`);
    return true;
  }
  const forgotten = new Set(calls.filter(({ state }) => state === 'forgotten').map(({ uuid }) => uuid));
  const theirs = events.filter(({ call_uuid: call }) => call !== null && forgotten.has(call));
  const outcome = await processed(options, number, inBatches(theirs, BATCH_EVENTS), (client, batch) =>
    giveAgain(client, number, batch),
  );
  if (outcome.waiting > 0) {
    const left = theirs.length - outcome.done - outcome.waiting - outcome.setAside.length;
    print([...outcomeLines(outcome, left), '', verdictOf(outcome, 1)].join('\n'));
    return false;
  }
  for (let after = 0; after < calls.length; after += CHUNK) {
    const uuids = calls.slice(after, after + CHUNK).map(({ uuid }) => uuid);
    await inTransaction(pool, async (client) => {
      if (again && target !== 'telegram') await forgetSteps(client, number, target, uuids);
      await oweReplay(client, number, { target, uuids, after });
    });
  }
  print(
    [
      `ИТОГ: поставлено в очередь звонков: ${calls.length}, займёт ${about(calls.length * apartMs(target))}.`,
      `Что ещё не дошло: npm run deliveries -- --pending --enterprise ${number}, не принято: … --dead …`,
    ].join('\n'),
  );
  return true;
}

const titleOf = (target: ReplayTarget): string => (target === 'telegram' ? 'Telegram' : CRM_FACTS[target].title);

/** @throws OperatorError when the enterprise has no such CRM */
function requireEnabled(target: ReplayTarget, { number, integrations }: Enterprise): void {
  if (target === 'telegram' || integrations.enabled.includes(target)) return;
  const { section, title } = CRM_FACTS[target];
  const problem = integrations.problems.find((one) => one.section === section || one.section === '');
  throw new OperatorError(
    problem === undefined
      ? `${title} у предприятия ${number} не включена: включите её в настройках (integrations_config, раздел ${section}).`
      : `Настройки ${title} предприятия ${number} не читаются (раздел ${section}: ${problem.problem}). Исправьте их.`,
  );
}

function isFor(target: ReplayTarget, { state, phone, unshown }: ReplayedCall): boolean {
  if (target === 'telegram') return state !== 'retracted' || unshown > 0;
  return (state === 'final' || state === 'forgotten') && isClient(phone);
}

function countLines(target: ReplayTarget, all: ReplayedCall[], calls: ReplayedCall[], again: boolean): string[] {
  if (target === 'telegram') {
    const unshown = calls.reduce((sum, call) => sum + call.unshown, 0);
    return [`  Звонков: ${calls.length}; сообщений, которые в чатах не такие, как должны: ${unshown}`];
  }
  const open = all.filter(({ state }) => state === 'open').length;
  const others = all.filter(({ state, phone }) => state !== 'open' && state !== 'retracted' && !isClient(phone)).length;
  const known = calls.filter(({ steps }) => steps > 0).length;
  const repeated = again ? 'журнал будет забыт, они могут появиться второй раз' : 'сделанное не повторится';
  return [
    `  Звонков: ${calls.length}`,
    ...(known > 0 ? [`  Из них уже известны этой CRM: ${known} — ${repeated}`] : []),
    ...(open > 0 ? [`  Ещё идут: ${open} — их передаст обычная обработка`] : []),
    ...(others > 0 ? [`  Внутренние и без номера: ${others} — в CRM не передаются`] : []),
  ];
}

const isClient = (phone: string): boolean => Phone.safeParse(phone).success;

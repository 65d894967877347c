import { setTimeout as wait } from 'node:timers/promises';
import type { Command, Context } from '../command.js';
import { refusalOf } from '../refusal.js';
import { bad, type Check, type Finding } from './check.js';
import { databaseChecks } from './checks/database.js';
import { eventChecks } from './checks/events.js';
import { integrationChecks } from './checks/integrations.js';
import { machineChecks } from './checks/machine.js';
import { serviceChecks } from './checks/services.js';
import { telegramChecks } from './checks/telegram.js';

const CHECKS: readonly Check[] = [
  ...machineChecks,
  ...databaseChecks,
  ...serviceChecks,
  ...telegramChecks,
  ...eventChecks,
  ...integrationChecks,
];

const WITHIN_MS = 8_000;
const SIGNS = { ok: '✓', warn: '!', bad: '✗' } as const;

/** Everything that is checked, one after the other in the report, all at once in time. */
async function examine(context: Context): Promise<(Finding & { name: string })[]> {
  const away = await context.pool.query('select 1').then(() => undefined, refusalOf);
  const checks = CHECKS.filter(({ needsDatabase }) => away === undefined || !needsDatabase);
  const found = await Promise.all(
    checks.map(async (check) =>
      (await withinTime(check, context)).map((finding) => ({ name: check.name, ...finding })),
    ),
  );
  if (away === undefined) return found.flat();
  const detail = away instanceof Error ? away.message : 'недоступна';
  const advice = 'Запустите её и повторите: остальное без неё не проверить.';
  return [...found.flat(), { name: 'База данных', ...bad(detail, advice) }];
}

async function withinTime({ run, withinMs = WITHIN_MS }: Check, context: Context): Promise<Finding[]> {
  const late = new AbortController();
  try {
    const tooLate = wait(withinMs, undefined, { signal: late.signal }).then(() => {
      throw new Error(`нет ответа за ${Math.round(withinMs / 1_000)} с`);
    });
    // Ended when the check is done; what it then says is of no interest.
    tooLate.catch(() => undefined);
    const found = await Promise.race([run(context), tooLate]);
    return Array.isArray(found) ? found : [found];
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return [bad(`не удалось проверить: ${reason}`, 'Повторите; если не поможет, начните с других строк этого отчёта.')];
  } finally {
    late.abort();
  }
}

function report(found: readonly (Finding & { name: string })[]): string {
  const count = (level: Finding['level']): number => found.filter((finding) => finding.level === level).length;
  const lines = found.map(
    ({ level, name, detail, advice }) =>
      `${SIGNS[level]} ${name}: ${detail}${advice === undefined ? '' : `\n    → ${advice}`}`,
  );
  const [warned, failed] = [count('warn'), count('bad')];
  const sum =
    failed + warned === 0
      ? '✓ Всё хорошо.'
      : `${failed > 0 ? '✗' : '!'} Плохо: ${failed}; стоит посмотреть: ${warned}.`;
  return [...lines, '', sum].join('\n');
}

export const doctorCommand: Command = {
  name: 'doctor',
  summary: 'Проверить всё: базу, службы, диск, часы, ботов, CRM, доставки — и сказать, что делать.',
  usage: '',
  options: {},
  run: async (context) => {
    const found = await examine(context);
    const ok = found.every(({ level }) => level !== 'bad');
    return { text: report(found), json: { ok, checks: found }, ok };
  },
};

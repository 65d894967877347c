import type { IncompleteCall, RecoveryReport } from './report.js';

/** What a person reads: counts, then a table of the calls of which something was missing. Times by the zone (IANA). */
export function reportText(report: RecoveryReport, zone: string): string {
  const { dry_run: isDry, rows, repeated, other, arrived, arrived_though_believed_lost: doubted } = report;
  const { recovered, too_old: tooOld, unreadable, calls } = report;
  const asides = [repeated > 0 && `${repeated} — повторные записи`, other > 0 && `${other} — не о звонках`].filter(
    Boolean,
  );
  const lines = [
    `Восстановление, предприятие ${report.enterprise}${isDry ? ' (проверка: ничего не записано)' : ''}`,
    `  Прочитано строк: ${rows}${asides.length > 0 ? ` (из них ${asides.join(', ')})` : ''}`,
    `  Уже были в базе: ${arrived}${doubted > 0 ? ` (из них ${doubted} АТС считала потерянными)` : ''}`,
    `  Не хватало: ${recovered}${recovered === 0 ? '' : isDry ? ' — будут восстановлены' : ' — восстановлены'}`,
    ...(tooOld > 0 ? [`  Пропущено: ${tooOld} — звонки старше 60 дней, их уже не исправить`] : []),
    `  Не прочитано: ${unreadable}`,
    ...report.unreadable_rows.map(({ row, reason }) => `    строка ${row}: ${reason}`),
    ...(unreadable > report.unreadable_rows.length ? [`    и ещё ${unreadable - report.unreadable_rows.length}`] : []),
  ];
  if (calls.length > 0) lines.push('', 'Звонки, в которых не хватало событий:', ...tableOf(calls, zone));
  if (report.more_calls > 0) lines.push(`  и ещё звонков: ${report.more_calls}`);
  if (report.problems.length > 0) lines.push('', ...report.problems.map((problem) => `ВНИМАНИЕ: ${problem}`));
  lines.push('', verdictOf(report));
  return lines.join('\n');
}

function verdictOf({ complete, unreadable, problems, recovered, dry_run: isDry }: RecoveryReport): string {
  if (!complete) return 'ИТОГ: прочитано не всё. Что прочитано, то сделано; запустите ещё раз, лишнего не появится.';
  if (unreadable > 0 || problems.length > 0) return 'ИТОГ: сделано всё, кроме того, что не прочитано (см. выше).';
  if (recovered === 0) return 'ИТОГ: все события на месте, восстанавливать нечего.';
  return isDry ? 'ИТОГ: события потеряны; запустите без --dry-run.' : 'ИТОГ: всё восстановлено.';
}

const HEADER = ['время', 'UniqueId', 'номер', 'не хватало', 'уже было', 'почему'];

function tableOf(calls: readonly IncompleteCall[], zone: string): string[] {
  const clock = new Intl.DateTimeFormat('ru', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' });
  const rows = calls.map((call) => [
    clock.format(new Date(call.at)).replace(',', ''),
    call.unique_id,
    call.phone === '' ? '—' : call.phone,
    call.missing.join(', '),
    call.arrived.length === 0 ? '—' : call.arrived.join(', '),
    call.reasons.join('; '),
  ]);
  const table = [HEADER, ...rows];
  const widths = HEADER.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  return table.map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd());
}

import type { Run, TimelineEntry, Verdict } from '../runs/run.js';
import type { ExpectedCall } from '../scenarios/call.js';
import type { Offer } from './emulatorApi.js';

/** Runs and scenarios in words (Russian), a line or a few. */

export function describeBegin({ run_id, enterprise, scenario, title, fields, faults }: Run): string {
  const chosen = Object.entries(fields).map(([name, value]) => `${name}=${[value].flat().join(',')}`);
  const broken = faults.length === 0 ? '' : `, неполадки: ${faults.join(', ')}`;
  return [
    `${scenario ?? 'Повтор'}. ${title}`,
    `Предприятие ${enterprise}${broken}; прогон ${run_id}`,
    ...(chosen.length === 0 ? [] : [chosen.join('  ')]),
  ].join('\n');
}

export function describeEntry(entry: TimelineEntry): string {
  const { offset_ms, event, body, status, ms, error, note } = entry;
  const at = (offset_ms / 1_000).toFixed(1).replace('.', ',').padStart(6);
  const mark = status === 200 ? '✓' : '✗';
  const said = error ?? `${mark} ${status ?? '—'} за ${ms ?? 0} мс`;
  const about = (typeof body['UniqueId'] === 'string' ? body['UniqueId'] : '').padEnd(22);
  return `${at} с  ${event.padEnd(14)} ${about} ${said}${note === undefined ? '' : ` (${note})`}`;
}

export function describeEnd(run: Run): string {
  const calls = run.calls.map((call) => `  ${describeCall(call)}`);
  const chats = run.chats.map(
    ({ chat_id, messages }) =>
      `  чат ${chat_id}: ${messages.map(({ text }) => text.split('\n', 1)[0] ?? '').join(' | ') || 'пусто'}`,
  );
  return ['', 'Звонки:', ...(calls.length === 0 ? ['  нет'] : calls), 'Сообщения:', ...chats, '', verdictOf(run)].join(
    '\n',
  );
}

function verdictOf({ verdict }: Run): string {
  if (verdict === null) return '✗ Проверка не закончена.';
  return verdict.ok ? '✓ Всё как должно быть.' : ['✗ Вышло не то, что должно:', ...listed(verdict)].join('\n');
}

/** One run of many, in one line, and what is wrong with it. */
export function describeBriefly({ scenario, title, faults, verdict, run_id }: Run, seconds: number): string {
  const mark = verdict?.ok === true ? '✓' : '✗';
  const broken = faults.length === 0 ? '' : ` [${faults.join(', ')}]`;
  const head = `${mark} ${(scenario ?? '').padEnd(5)}${title}${broken} — ${seconds.toFixed(1).replace('.', ',')} с`;
  if (verdict?.ok === true) return head;
  return [`${head}; прогон ${run_id}`, ...(verdict === null ? [] : listed(verdict))].join('\n');
}

export function describeOffer({ scenarios, faults, paces }: Offer): string {
  return [
    'Сценарии:',
    ...scenarios.flatMap(({ code, title, fields }) => [
      `  ${code.padEnd(5)} ${title}`,
      `        поля: ${fields.map(({ name, label }) => `${name} (${label})`).join(', ')}`,
    ]),
    'Неполадки (--fault):',
    ...faults.map(({ code, title }) => `  ${code.padEnd(14)} ${title}`),
    'Темп (--pace):',
    ...paces.map(({ code, title }) => `  ${code.padEnd(14)} ${title}`),
  ].join('\n');
}

const DIRECTION = { incoming: 'входящий', outgoing: 'исходящий', internal: 'внутренний' };

function describeCall({ direction, party, answered, talked, rang }: ExpectedCall): string {
  const end = answered ? `отвечен, говорили: ${talked.join(', ') || '—'}` : 'не отвечен';
  return `${DIRECTION[direction]} ${party}, ${end}; звонили телефоны: ${rang.join(', ') || '—'}`;
}

const listed = ({ discrepancies }: Verdict): string[] => discrepancies.map((discrepancy) => `  — ${discrepancy}`);

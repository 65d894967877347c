import type { Tenant } from '../../tenants/tenant.js';
import type { CallToShow } from '../callToShow.js';
import type { Piece } from './html.js';
import { clientOf, lineOf, managerOf } from './people.js';
import { duration } from './time.js';

/** More are folded. */
const PLAIN_NAMES = 4;
const MOST_NAMES = 30;

/** What a call is, in the words of its state. Where nobody knows the manager, the arrow is left out. */
export function firstLineOf(shown: CallToShow, tenant: Tenant): Piece[] {
  const { call } = shown;
  if (call.state === 'final') return finalLine(shown, tenant);
  if (call.state === 'talk')
    return ['🔗 Разговор', scopeOf(shown), ': ', ...sides(shown, tenant, '↔', [talker(shown)])];
  if (call.direction === 'internal') {
    return ['🛎️ Внутренний звонок\n', ...sides(shown, tenant, '→', callees(shown))];
  }
  if (call.direction === 'outgoing') {
    const rings = callees(shown).slice(0, 1);
    return [rings.length > 0 ? '📞 Дозвон от ' : '📞 Дозвон: ', ...sides(shown, tenant, '→', rings)];
  }
  if (call.state === 'dial') return ['📞 Дозвон от ', ...sides(shown, tenant, '→', callees(shown))];
  const rings = callees(shown);
  const line = lineOf(call.line, tenant);
  if (rings.length > 0 || line === '') return ['📞 Звонок от ', ...sides(shown, tenant, '→', rings)];
  return ['📞 Звонок от ', `${clientOf(shown)} → ${line}`];
}

function finalLine(shown: CallToShow, tenant: Tenant): Piece[] {
  const { call } = shown;
  const recovered = call.dataSource === 'recovery' ? '🔄' : '';
  if (!call.answered) {
    const rang = call.direction === 'outgoing' ? callees(shown).slice(0, 1) : call.rang;
    return [`❌${recovered} Не отвечен`, scopeOf(shown), ': ', ...sides(shown, tenant, '→', rang)];
  }
  // The bridges tell how long they talked; where none was seen, the whole call is the best that is known.
  const talked = duration(call.talkSeconds ?? call.durationSeconds);
  const who = sides(shown, tenant, '↔', [talker(shown)]);
  return [`✅${recovered} Завершен`, scopeOf(shown), ': ', ...who, `, ${talked}`];
}

function scopeOf({ call }: CallToShow): string {
  return call.direction === 'internal' ? ' (внутр.)' : '';
}

/** `{C} → {M1}, {M2}`; of an outgoing call the other way round. */
function sides(shown: CallToShow, tenant: Tenant, arrow: string, extensions: readonly string[]): Piece[] {
  const { call } = shown;
  const party = call.direction === 'internal' && call.party !== '' ? managerOf(call.party, tenant) : clientOf(shown);
  const names = extensions.filter((extension) => extension !== '').map((extension) => managerOf(extension, tenant));
  if (names.length === 0) return [party];
  if (call.direction === 'outgoing') return [`${names.join(', ')} ${arrow} ${party}`];
  if (names.length <= PLAIN_NAMES) return [`${party} ${arrow} ${names.join(', ')}`];
  const more = names.length - MOST_NAMES;
  const rows = more > 0 ? [...names.slice(0, MOST_NAMES), `и ещё ${more}`] : names;
  // A name a line: Telegram folds what is longer than three lines.
  return [`${party} ${arrow}\n`, { fold: rows.join('\n') }];
}

function callees({ call }: CallToShow): string[] {
  return call.ringing.length > 0 ? call.ringing : call.rang;
}

function talker({ call }: CallToShow): string {
  if (call.partner !== '') return call.partner;
  // Somebody answered and only one rang.
  return call.rang.length === 1 ? (call.rang[0] ?? '') : '';
}

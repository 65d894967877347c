import { isSamePhone } from '../../sandbox/crm/phones.js';
import { MANAGERS } from '../../sandbox/crm/people.js';
import type { CallReport } from '../../sandbox/crm/crm.js';
import type { CallRow, CrmView } from '../run.js';

interface CrmParts {
  /** Sections of `integrations_config` that are switched on. */
  enabled: readonly string[];
  /** Rows of `calls`. */
  calls: readonly CallRow[];
  /** Everybody who rang had the time to see the card. */
  allMustSee: boolean;
}

/** As enterprises.integrations_config names what the sandboxes name otherwise. */
const SECTION: Readonly<Record<string, string>> = { moysklad: 'ms' };

/** Clocks and whole seconds. */
const TOLERANCE_MS = 2_000;

/** U-ON's messages to managers go by themselves. */
const CARDS_STAY = new Set(['uon']);

/**
 * Nothing may come to a CRM that is not switched on; one that is gets nothing wrong, and each client's call once: right
 * direction, manager, time and talk, with cards for those who rang only. Russian sentences.
 */
export function judgeCrm(views: Readonly<Record<string, CrmView>>, parts: CrmParts): string[] {
  return Object.entries(views).flatMap(([name, view]) => {
    const said = view.violations.map(({ message }) => message.replace(/\.$/, ''));
    const isEnabled = parts.enabled.includes(SECTION[name] ?? name);
    if (isEnabled) said.push(...judgeReports(view, parts.calls), ...judgeCards(name, view, parts));
    else if (view.requests.length > 0) {
      said.push(`не включена в integrations_config, но получила запросов: ${view.requests.length}`);
    }
    return said.map((sentence) => `CRM ${name}: ${sentence}.`);
  });
}

const isClients = ({ direction, party }: CallRow): boolean => direction !== 'internal' && party.startsWith('+');

function judgeReports({ reports }: CrmView, calls: readonly CallRow[]): string[] {
  const left = [...reports];
  const said: string[] = [];
  for (const call of calls.filter(isClients)) {
    const own = left.filter((report) => isOf(report, call));
    for (const report of own) left.splice(left.indexOf(report), 1);
    const [report] = own;
    if (report === undefined) said.push(`нет звонка ${call.party} (${call.unique_id})`);
    else if (own.length > 1) said.push(`звонок ${call.party} записан ${own.length} раза`);
    else said.push(...differencesOf(report, call).map((difference) => `звонок ${call.party}: ${difference}`));
  }
  return [...said, ...left.map(({ phone, startedAt }) => `лишний звонок ${phone} (${startedAt})`)];
}

const isOf = ({ phone, startedAt }: CallReport, call: CallRow): boolean =>
  isSamePhone(phone, call.party) && Math.abs(Date.parse(startedAt) - Date.parse(call.date_received)) <= TOLERANCE_MS;

function differencesOf(report: CallReport, call: CallRow): string[] {
  const said: string[] = [];
  if (report.direction !== call.direction) said.push(`направление ${report.direction}, а звонок ${call.direction}`);
  if (report.answered !== null && report.answered !== call.answered) {
    said.push(report.answered ? 'записан как отвеченный, а он пропущен' : 'записан как пропущенный, а он отвечен');
  }
  const talk = call.answered ? call.talk_seconds : 0;
  if (talk !== null && Math.abs((report.talkSeconds ?? 0) - talk) * 1_000 > TOLERANCE_MS) {
    said.push(`разговор ${report.talkSeconds ?? 0} с, а был ${talk} с`);
  }
  const allowed = creditable(call);
  if (report.extension !== null && allowed.length > 0 && !allowed.includes(report.extension)) {
    said.push(`записан на ${report.extension}, а должен быть на ${allowed.join(' или ')}`);
  }
  if (report.extension === null && call.answered && allowed.length > 0) {
    said.push(`ни на кого не записан, а говорил ${allowed.join(', ')}`);
  }
  return said;
}

/** Who may be credited among those whom the CRM knows: who talked last, else one of those who rang. */
function creditable({ talked, rang, answered }: CallRow): string[] {
  const last = talked.findLast(isKnown);
  if (answered && last !== undefined) return [last];
  return answered ? [] : rang.filter(isKnown);
}

const isKnown = (extension: string): boolean => MANAGERS.some((manager) => manager.extension === extension);

function judgeCards(name: string, { shown, cards }: CrmView, { calls, allMustSee }: CrmParts): string[] {
  const clients = calls.filter(isClients);
  const said: string[] = [];
  const saw = new Set(shown.flatMap(({ extension }) => extension ?? []));
  const concerned = clients.flatMap(({ rang, talked }) => [...rang, ...talked]).filter(isKnown);
  const strangers = [...saw].filter((extension) => !concerned.includes(extension));
  // With nobody of its users there, a CRM may have somebody for the rest.
  if (strangers.length > 0 && concerned.length > 0)
    said.push(`карточка показана тем, кому не звонили: ${strangers.join(', ')}`);
  const missing = [...new Set(clients.flatMap(({ rang }) => rang.filter(isKnown)))].filter((each) => !saw.has(each));
  if (allMustSee && missing.length > 0) said.push(`карточку не увидели: ${missing.join(', ')}`);
  if (cards.length > 0 && !CARDS_STAY.has(name)) said.push(`после звонка остались карточки: ${cards.length}`);
  return said;
}

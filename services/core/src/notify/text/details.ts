import type { Tenant } from '../../tenants/tenant.js';
import type { CallToShow } from '../callToShow.js';
import type { Piece } from './html.js';
import { lineOf, managerOf } from './people.js';
import { displayPhone } from './phone.js';
import { clockTime, dayAndTime, duration } from './time.js';

type Detail = (shown: CallToShow, tenant: Tenant) => Piece[] | null;

/** More transfers than this say nothing more to a reader. */
const LONGEST_CHAIN = 8;

const line: Detail = ({ call }, tenant) => {
  const name = lineOf(call.line, tenant);
  return name === '' ? null : [`📡 ${name}`];
};

const transfers: Detail = ({ call }, tenant) => {
  if (call.talked.length < 2) return null;
  const chain = call.talked.slice(-LONGEST_CHAIN).map((extension) => managerOf(extension, tenant));
  return [`🔀 ${chain.join(' → ')}`];
};

const mobile: Detail = ({ call }) =>
  call.partner.startsWith('+') ? [`📱 принят на мобильный ${displayPhone(call.partner)}`] : null;

const begin: Detail = ({ call }, tenant) => [`⏰ ${clockTime(call.startedAt, tenant.timezone)}`];

const wait: Detail = ({ call }) => (call.waitSeconds >= 1 ? [`⌛ ожидание ${duration(call.waitSeconds)}`] : null);

const history: Detail = ({ call, history: past }, tenant) => {
  if (call.direction !== 'incoming' || past === null || past.callsIn < 1) return null;
  const who = past.lastExtension === '' ? '' : ` ${managerOf(past.lastExtension, tenant)}`;
  const last = `${dayAndTime(past.lastAt, tenant.timezone)} ${past.lastAnswered ? '✅' : '❌'}${who}`;
  return [`🔁 звонил ${past.callsIn} ${times(past.callsIn)}, последний раз ${last}`];
};

const recording: Detail = ({ recordUrl }) =>
  recordUrl === null ? null : ['🔉 ', { link: 'Запись разговора', url: recordUrl }];

/** What helps at each state: who calls again while it rings, where it went while they talk, what it was when over. */
const DETAILS: Readonly<Record<'start' | 'dial' | 'talk' | 'answered' | 'missed', readonly Detail[]>> = {
  start: [begin, history],
  dial: [line, history],
  talk: [line, transfers, mobile],
  answered: [line, transfers, mobile, wait, recording],
  missed: [line, wait],
};

/** Lines under the first one; internal calls have only a recording to speak of, and who talked in turn. */
export function detailsOf(shown: CallToShow, tenant: Tenant): Piece[][] {
  const { call } = shown;
  const stage = call.state === 'final' ? (call.answered ? 'answered' : 'missed') : call.state;
  const details =
    call.direction === 'internal' ? DETAILS[stage].filter((detail) => FOR_INTERNAL.includes(detail)) : DETAILS[stage];
  return details.flatMap((detail) => {
    const pieces = detail(shown, tenant);
    return pieces === null ? [] : [pieces];
  });
}

const FOR_INTERNAL: readonly Detail[] = [transfers, recording];

/** Russian: 1 раз, 2 раза, 5 раз, 11 раз, 22 раза. */
function times(n: number): string {
  return new Intl.PluralRules('ru').select(n) === 'few' ? 'раза' : 'раз';
}

import type { CallView, DispatchedEvent } from '@live-calls/shared/contracts';
import { digitsOf, isPhone, readNumber, samePhone } from '@live-calls/shared/phone';
import type { Enterprise } from '../directory/enterprise.js';
import { existingZone, readHostTime, zonedIso } from './hostTime.js';
import { extensionsOf, managersOf, textOf, type Raw } from './rawFields.js';

export interface RawCall {
  event: Pick<DispatchedEvent, 'event_type' | 'uniqueId' | 'raw'>;
  /** What the host sent for the call's dials before, the oldest first: a hangup may not know who rang. */
  dials: readonly Raw[];
  enterprise: Pick<Enterprise, 'country' | 'timezone' | 'lines'>;
  /** Unix milliseconds. */
  now: number;
}

const DAY_MS = 86_400_000;

const STATES = { dial: 'dial', answer: 'talk', hangup: 'final', cancel: 'final' } as const;

/**
 * The call that a host's event tells of when nobody folded it: by its UniqueId alone, so transfers are not followed, and
 * a leg to a mobile that only its channel's name tells is taken for a call.
 *
 * @returns undefined for what is no client's call: internal, a leg, no phone
 */
export function callFromRaw({ event, dials, enterprise, now }: RawCall): CallView | undefined {
  const { event_type: type, uniqueId, raw } = event;
  // The first dial knows best: a transfer changes type and times of what comes after it.
  const stated = [...dials, raw];
  const direction = directionOf(stated);
  const line = lineOf(stated);
  const phone = clientOf(stated, line, direction, enterprise);
  if (direction === undefined || !isPhone(phone) || isLegToMobile(stated, direction, phone, enterprise.country))
    return undefined;

  const managers = managersOf(raw, enterprise.country, phone);
  const rang = [...new Set(stated.flatMap((one) => managersOf(one, enterprise.country, phone)))];
  const answered = type === 'answer' || (type === 'hangup' && textOf(raw, 'CallStatus') === '2');
  // A hangup that names several does not tell which of them talked.
  const talked = answered && managers.length === 1 ? managers : [];
  const zone = existingZone(enterprise.timezone);
  const { begin, end } = timesOf(raw, uniqueId, zone, now);
  const seconds = Math.round((end - begin) / 1000);
  return {
    id: uniqueId,
    external_id: uniqueId,
    direction,
    state: STATES[type],
    phone,
    line: { id: line, name: enterprise.lines.get(line)?.name ?? null },
    ringing: type === 'dial' ? managers : [],
    rang,
    talked,
    extension: talked.at(-1) ?? (rang.length === 1 ? (rang[0] ?? '') : ''),
    answered,
    started_at: zonedIso(begin, zone),
    answered_at: type === 'answer' ? zonedIso(end, zone) : null,
    ended_at: type === 'hangup' ? zonedIso(end, zone) : null,
    zone,
    talk_seconds: answered ? null : 0,
    wait_seconds: type === 'hangup' && answered ? 0 : seconds,
    duration_seconds: seconds,
    record_url: null,
  };
}

function directionOf(stated: readonly Raw[]): CallView['direction'] | undefined {
  const types = stated.map((raw) => textOf(raw, 'CallType'));
  const type = types.find((one) => one === '0' || one === '1');
  return type === undefined ? undefined : type === '0' ? 'incoming' : 'outgoing';
}

function clientOf(
  stated: readonly Raw[],
  line: string,
  direction: CallView['direction'] | undefined,
  { country, lines }: RawCall['enterprise'],
): string {
  const rule = direction === 'incoming' ? (lines.get(line)?.incomingTransform ?? '') : '';
  const phones = stated.map((raw) => readNumber(byRule(textOf(raw, 'Phone'), rule), country));
  return phones.find(isPhone) ?? '';
}

/** `<prefix>{N}`: the last N digits behind the prefix; what is shorter stays as it is. */
function byRule(number: string, rule: string): string {
  const [, prefix = '', length = '0'] = /^(\+?\d*)\{(\d+)\}$/.exec(rule) ?? [];
  const [digits, keep] = [digitsOf(number), Number(length)];
  return keep > 0 && digits.length >= keep ? prefix + digits.slice(-keep) : number;
}

/** The client is among those who are called: it is the manager's mobile that rings. */
function isLegToMobile(stated: readonly Raw[], direction: string, phone: string, country: string): boolean {
  if (direction === 'incoming') return false;
  const called = stated.flatMap(extensionsOf).map((number) => readNumber(number, country));
  return called.some((number) => isPhone(number) && !samePhone(number, phone));
}

/** When the call began, and when the event was: now, unless the host says it. Unix milliseconds. */
function timesOf(raw: Raw, uniqueId: string, zone: string, now: number): { begin: number; end: number } {
  const read = (field: string): number | undefined => readHostTime(textOf(raw, field), zone, now);
  const end = read('EndTime') ?? now;
  const created = Number(/^(\d{10})\./.exec(uniqueId)?.[1] ?? NaN) * 1000;
  const begin = read('StartTime') ?? read('DateReceived') ?? (Math.abs(now - created) < DAY_MS ? created : end);
  return { begin: Math.min(begin, end), end };
}

/** The last one: after a failover the call goes through another. */
const lineOf = (stated: readonly Raw[]): string =>
  stated.map((raw) => textOf(raw, 'Trunk')).findLast((line) => line !== '') ?? '';

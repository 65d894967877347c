import { displayName, type CallView, type ClientProfile, type Section } from '@live-calls/shared/contracts';
import { isPhone, readNumber, samePhone } from '@live-calls/shared/phone';
import type { Tourist } from './answers.js';

type Config = Section<'uon'>;

/**
 * A call as `call_history/create` takes it.
 *
 * @param start of the call in the account's zone, `Y-m-d H:i:s`
 * @param managerId who is credited; undefined: nobody
 */
export function callFields(
  call: CallView,
  { start, managerId }: { start: string; managerId: string | undefined },
  { call_fields: names, directions }: Pick<Config, 'call_fields' | 'directions'>,
): Record<string, string> {
  const talkSeconds = call.answered ? call.talk_seconds : 0;
  const optional: [name: string | null, value: string | undefined][] = [
    [names.direction, directions[call.direction]],
    [names.duration, talkSeconds === null ? undefined : String(Math.round(talkSeconds))],
    [names.manager_id, managerId],
    [names.record_link, call.record_url ?? undefined],
    [names.note, noteOf(call)],
  ];
  const known = optional.flatMap(([name, value]) => (name === null || value === undefined ? [] : [[name, value]]));
  return { ...(Object.fromEntries(known) as Record<string, string>), phone: digits(call.phone), start };
}

/** A notification for one manager, as `notification/create` takes it. */
export function notificationFields(
  text: string,
  managerId: string,
  { notification_fields: names }: Pick<Config, 'notification_fields'>,
): Record<string, string> {
  return { [names.text]: text, [names.manager_id]: managerId };
}

/** What flashes up on the screen of a manager who rings or dials. */
export function notificationText({ direction, phone, line }: CallView, client: ClientProfile | null): string {
  const person = displayName({ ...client, enterprise_name: null });
  const company = displayName({ enterprise_name: client?.enterprise_name ?? null });
  const who = [phone, [person, company].filter((name) => name !== null).join(', ')].filter((part) => part !== '');
  const what = direction === 'incoming' ? 'Звонит' : 'Исходящий звонок:';
  const where = line.name === null || line.name === '' ? '' : `. Линия: ${line.name}`;
  return `${what} ${who.join(' — ')}${where}`;
}

/** What the journal has no field of its own for: the line, who rang, who talked after whom. */
function noteOf(call: CallView): string {
  const { direction, line, rang, answered, wait_seconds } = call;
  const talked = chainOf(call);
  const wait = Math.round(wait_seconds);
  const lineName = line.name ?? line.id;
  return [
    ...(lineName === '' ? [] : [`Линия: ${lineName}.`]),
    ...(answered ? [] : [direction === 'incoming' ? 'Пропущен.' : 'Не дозвонились.']),
    ...(talked.length > 1 ? [`Разговаривали: ${talked.join(' → ')}.`] : []),
    ...(talked.length === 1 ? [`Разговаривал: ${talked.join()}.`] : []),
    ...(rang.length > 0 && direction === 'incoming' ? [`Звонили: ${rang.join(', ')}.`] : []),
    `Ожидание: ${wait} с.`,
  ].join(' ');
}

/** Who talked after whom; who got the call back after a transfer is there twice. */
function chainOf({ talked, extension }: CallView): string[] {
  const last = talked.at(-1) ?? '';
  const isBack = last !== extension && !isPhone(last) && talked.includes(extension);
  return isBack ? [...talked, extension] : talked;
}

/** Who may be credited, the best first: who talked last, or the only one who rang. */
export function creditable({ answered, extension, talked }: CallView): string[] {
  const all = answered ? [extension, ...talked.toReversed()] : [extension];
  return [...new Set(all)].filter((who) => who !== '');
}

/**
 * How accounts may have stored a phone, in digits: U-ON searches by what was typed in.
 *
 * @param phone E.164
 */
export function spellingsOf(phone: string): string[] {
  const national = /^\+375(\d{9})$/.exec(phone)?.[1] ?? /^\+7(\d{10})$/.exec(phone)?.[1];
  const prefix = phone.startsWith('+375') ? '80' : '8';
  return [digits(phone), ...(national === undefined ? [] : [`${prefix}${national}`])];
}

/**
 * The client among those whom U-ON found: one with this very phone, who is not deleted, rather one who is active.
 *
 * @param country ISO 3166-1 alpha-2
 */
export function ownerOf(tourists: readonly Tourist[], phone: string, country: string): Tourist | undefined {
  const owners = tourists.filter(
    ({ deleted, u_phone, u_phone_mobile, u_phone_home }) =>
      !deleted &&
      [u_phone, u_phone_mobile, u_phone_home].some((stored) => samePhone(readNumber(stored, country), phone)),
  );
  return owners.find(({ active }) => active) ?? owners[0];
}

export function profileOf(tourist: Tourist, extension: string | null): ClientProfile {
  const { u_surname, u_name, u_sname, u_company } = tourist;
  return {
    last_name: u_surname || null,
    first_name: u_name || null,
    middle_name: u_sname || null,
    enterprise_name: u_company || null,
    extension,
  };
}

const digits = (phone: string): string => phone.replace('+', '');

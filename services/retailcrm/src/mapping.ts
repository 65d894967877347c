import type { CallView, ClientProfile, Section } from '@live-calls/shared/contracts';
import { isExtension, isPhone, readNumber, samePhone } from '@live-calls/shared/phone';

type Config = Section<'retailcrm'>;

/** Whom an event is for: users of the account, or extensions when only RetailCRM knows whose they are. */
export type People = { userIds: number[] } | { codes: string[] };

type HangupStatus = 'answered' | 'cancel' | 'no answered';

/** `event` of telephony/call/event. */
export type CallEvent = People & {
  type: 'in' | 'out' | 'hangup';
  phone: string;
  site?: string;
  externalPhone?: string;
  hangupStatus?: HangupStatus;
};

/** One of `calls` of telephony/calls/upload. */
export interface UploadedCall {
  /** `Y-m-d H:i:s` in the account's zone. */
  date: string;
  type: 'in' | 'out';
  phone: string;
  userId?: number;
  code?: string;
  result: 'answered' | 'no answer';
  /** Seconds of talk. */
  duration?: number;
  /** Seconds. */
  durationWaiting: number;
  externalId: string;
  recordUrl?: string;
  site?: string;
  externalPhone?: string;
}

/** The person that telephony/manager found. */
export interface FoundPerson {
  firstName?: string | null | undefined;
  lastName?: string | null | undefined;
  patronymic?: string | null | undefined;
}

const TYPES = { incoming: 'in', outgoing: 'out' } as const;

/** The lists of an event and of an upload differ: an upload knows no cancelling. */
const RESULTS: Readonly<Record<HangupStatus, UploadedCall['result']>> = {
  answered: 'answered',
  cancel: 'no answer',
  'no answered': 'no answer',
};

/** Those of `numbers` who can see a card; numbers without a user are left out. */
export function peopleOf(config: Config, country: string, numbers: readonly string[]): People {
  const known = new Set(numbers);
  if (!hasUsers(config)) return { codes: [...known].filter(isExtension) };
  const userIds = [...known].flatMap((number) => userOf(config, country, number) ?? []);
  return { userIds: [...new Set(userIds)] };
}

/** Those who have these ids: of users, or extensions. */
export const peopleWith = (config: Config, ids: readonly string[]): People =>
  hasUsers(config) ? { userIds: ids.map(Number) } : { codes: [...ids] };

export const idsOf = (people: People): string[] =>
  ('userIds' in people ? people.userIds : people.codes).map(String).sort();

/** `people` without those who have these ids. */
export function without(people: People, ids: ReadonlySet<string>): People {
  if ('userIds' in people) return { userIds: people.userIds.filter((id) => !ids.has(String(id))) };
  return { codes: people.codes.filter((code) => !ids.has(code)) };
}

/** The card of a call that rings. */
export function ringingEvent(config: Config, country: string, call: CallView, people: People): CallEvent {
  return { ...common(config, country, call), type: TYPES[call.direction], ...people };
}

/** Closes the card. */
export function hangupEvent(
  config: Config,
  country: string,
  call: CallView,
  people: People,
  hangupStatus = hangupStatusOf(call),
): CallEvent {
  return { ...common(config, country, call), type: 'hangup', ...people, hangupStatus };
}

/** @param zone IANA, of the account */
export function uploadedCall(
  config: Config,
  country: string,
  call: CallView,
  localTime: (iso: string) => string,
): UploadedCall {
  const result = RESULTS[hangupStatusOf(call)];
  const talkSeconds = call.answered ? call.talk_seconds : 0;
  return {
    date: localTime(call.started_at),
    type: TYPES[call.direction],
    ...common(config, country, call),
    ...managerOf(config, country, call),
    result,
    ...(talkSeconds !== null && { duration: Math.round(talkSeconds) }),
    durationWaiting: Math.round(call.wait_seconds),
    externalId: call.external_id,
    ...(call.record_url !== null && { recordUrl: call.record_url }),
  };
}

/** Whose call it is: the user of the extension, of a missed one the first who rang; else the default user, nobody else. */
function managerOf(config: Config, country: string, call: CallView): Pick<UploadedCall, 'userId' | 'code'> {
  const { extension, answered, rang } = call;
  const people = extension !== '' || answered ? [extension] : rang;
  const [known] = people.flatMap((number) => userOf(config, country, number) ?? []);
  const userId = known ?? config.default_user_id;
  const code = people.find(isExtension);
  if (typeof userId === 'number' && (hasUsers(config) || code === undefined)) return { userId };
  return code === undefined ? {} : { code };
}

/** The client that RetailCRM knows by a phone, and who is responsible for the client. */
export function profileOf(
  config: Config,
  customer: FoundPerson,
  manager: { id: number; code?: string | null | undefined } | undefined,
): ClientProfile {
  const code = manager === undefined ? undefined : (config.user_extensions[manager.id] ?? manager.code);
  return {
    last_name: customer.lastName ?? null,
    first_name: customer.firstName ?? null,
    middle_name: customer.patronymic ?? null,
    enterprise_name: null,
    extension: typeof code === 'string' && isExtension(code) ? code : null,
  };
}

function common(config: Config, country: string, { phone, line }: CallView) {
  const linePhone = readNumber(line.id, country);
  return {
    phone,
    ...(typeof config.site === 'string' && { site: config.site }),
    ...(isPhone(linePhone) && { externalPhone: linePhone }),
  };
}

/** A caller who gave up before anybody rang has cancelled. */
function hangupStatusOf({ answered, direction, rang }: CallView): HangupStatus {
  if (answered) return 'answered';
  return direction === 'incoming' && rang.length === 0 ? 'cancel' : 'no answered';
}

const hasUsers = (config: Config): boolean => Object.keys(config.user_extensions).length > 0;

function userOf(config: Config, country: string, number: string): number | undefined {
  const isTheirs = (extension: string): boolean =>
    extension === number || (isPhone(number) && samePhone(readNumber(extension, country), number));
  const found = Object.entries(config.user_extensions).find(([, extension]) => isTheirs(extension.trim()));
  const id = Number(found?.[0]);
  return Number.isInteger(id) ? id : undefined;
}

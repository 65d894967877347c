import type { Crm } from '@live-calls/shared/contracts';
import type { PartName, WireName } from '../harness/suite.js';
import type { Fate, Passage } from '../harness/tap.js';

/** A place in the course of a call where somebody dies. */
export interface Point {
  step: string;
  /** The one that the company has. */
  crm: Crm;
  /** The host's event from which on it is waited for; `leg`: when the card of what turns out to be no call is shown. */
  from: 'dial' | 'bridge' | 'hangup' | 'leg';
  wire: WireName;
  passage: Passage;
  /** What becomes of the bytes, if that does not follow from who dies. */
  fate?: Fate;
  /** Whose death here is tried by `npm test` too. */
  short?: readonly PartName[];
}

/** As PostgreSQL's protocol says it. */
const COMMIT = 'Q\0\0\0\x0bcommit\0';

/** By what the requests of a CRM are known that show the card of a call, and write down its end. */
const REQUESTS: Readonly<Record<Crm, { card: string; journal: string }>> = {
  retailcrm: { card: 'telephony/call/event', journal: 'telephony/calls/upload' },
  uon: { card: 'notification/create', journal: 'call_history/create' },
  moysklad: { card: '/event', journal: 'PUT /sandbox/moysklad' },
  bitrix24: { card: 'telephony.externalCall.register', journal: 'telephony.externalCall.finish' },
};

const question = (text: string): Passage => ({ moment: 'question', text });
const answer = (text: string): Passage => ({ moment: 'answer', text });

/** Before a question is taken, and after it was answered but before anybody knows the answer. */
function around(what: string, { text, ...rest }: Omit<Point, 'step' | 'passage'> & { text: string }): Point[] {
  const { short = [], ...where } = rest;
  return [
    { step: `before ${what}`, passage: question(text), ...where },
    { step: `after ${what}`, passage: answer(text), ...where, short },
  ];
}

/** The steps of a call in its company's CRM. */
export function pointsInCrm(crm: Crm): Point[] {
  const { card, journal } = REQUESTS[crm];
  const told = `POST /internal/${crm}/call-event`;
  return [
    ...around('the adapter is told', { crm, from: 'hangup', wire: `integration-cache→${crm}`, text: told }),
    ...around('the card is shown', { crm, from: 'dial', wire: `${crm}→crm`, text: card }),
    ...around('the call is written down', { crm, from: 'hangup', wire: `${crm}→crm`, text: journal, short: [crm] }),
  ];
}

const CANCEL = '"event_type":"cancel"';

/** An adapter learns that a call is none. */
export const pointsOfCancelIn = (crm: Crm): Point[] =>
  around('the adapter is told of a cancel', { crm, from: 'leg', wire: `integration-cache→${crm}`, text: CANCEL });

/** The steps of a call that is taken back, from what shows that it is none until its card is closed. */
export const POINTS_OF_CANCEL: readonly Point[] = [
  // The end of the key of its delivery, quoted as in an array.
  ...around('the cancel is owed', { crm: 'retailcrm', from: 'leg', wire: 'core→database', text: ':cancel"' }),
  ...around('the gateway is told of the cancel', {
    ...{ crm: 'retailcrm', from: 'leg', wire: 'core→integration-cache', text: CANCEL },
  }),
  // A parameter and its length, as PostgreSQL's protocol says them.
  ...around('the gateway stores the cancel', {
    ...{ crm: 'retailcrm', from: 'leg', wire: 'integration-cache→database', text: '\0\0\0\x06cancel' },
  }),
  ...pointsOfCancelIn('retailcrm'),
  ...around('the card is taken back', {
    ...{ crm: 'retailcrm', from: 'leg', wire: 'retailcrm→crm', text: 'hangupStatus%22%3A%22cancel%22' },
  }),
];

const CORE = { crm: 'retailcrm', wire: 'core→database' } as const;
const GATEWAY = { crm: 'retailcrm', from: 'hangup', wire: 'core→integration-cache' } as const;
const TELEGRAM = { crm: 'retailcrm', wire: 'core→telegram' } as const;
const DOOR = { crm: 'retailcrm', from: 'dial', wire: 'host→core' } as const;

/** The steps of a call, from its event at the door until the gateway is responsible for its way to the CRM. */
export const POINTS: readonly Point[] = [
  { ...DOOR, step: 'an event has come', passage: question('POST /dial') },
  ...around('the event is stored', { ...CORE, from: 'dial', text: 'append-events' }),
  { ...DOOR, step: 'after the 200', passage: answer('POST /dial'), fate: 'passed', short: ['database'] },
  ...around('the step is committed', { ...CORE, from: 'dial', text: COMMIT }),
  ...around('the first message is sent', { ...TELEGRAM, from: 'dial', text: 'sendMessage', short: ['core'] }),
  ...around('the message is edited', { ...TELEGRAM, from: 'bridge', text: 'editMessageText' }),
  ...around('the final message is sent', { ...TELEGRAM, from: 'hangup', text: 'sendMessage' }),
  ...around('the live message is deleted', { ...TELEGRAM, from: 'hangup', text: 'deleteMessage' }),
  ...around('the gateway is told', { ...GATEWAY, text: 'POST /dispatch/call-event' }),
  ...around('the gateway has stored it', {
    ...GATEWAY,
    wire: 'integration-cache→database',
    text: COMMIT,
    short: ['integration-cache'],
  }),
];

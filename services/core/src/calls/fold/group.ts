import type { Channel } from './facts.js';
import { isExtension, isPhone, readNumber } from '@live-calls/shared/phone';
import { readCaller, type Numbering } from './number.js';
import { statementsOf, type Role } from './roles.js';

/** A call in the making: its anchor and the channels that belong to it. */
export interface Group {
  anchor: Channel;
  kind: 'incoming' | 'outgoing' | 'internal';
  /** Client in E.164 (or a short number), of an internal call the calling extension; '' unknown. */
  party: string;
  line: string;
  members: Set<Channel>;
}

/** A call whose hangup is not known (yet) takes in no channels that began so much later. Seconds. */
const LONGEST_WITHOUT_END = 4 * 3600;

/** The call that a channel stands for. */
export function groupOf(anchor: Channel, role: Role, numbering: Numbering): Group {
  const kind = role === 'outgoing' || role === 'internal' ? role : 'incoming';
  const line = lineOf(anchor, kind);
  return { anchor, kind, line, party: partyOf(anchor, kind, line, numbering), members: new Set([anchor]) };
}

/** Until when channels of a call can have begun, by the host's clock in seconds. */
export function endEpoch({ anchor }: Group): number {
  const end = anchor.hangups[0];
  if (!end) return anchor.epoch + LONGEST_WITHOUT_END;
  const received = (end.at - (anchor.events[0]?.at ?? end.at)) / 1000;
  return anchor.epoch + Math.max(end.hostSeconds ?? 0, received) + 2;
}

function lineOf(anchor: Channel, kind: Group['kind']): string {
  if (kind === 'internal') return '';
  const trunks = (events: { trunk: string }[]): string[] => events.map((event) => event.trunk).filter(Boolean);
  const [started = ''] = trunks(anchor.starts);
  const dialled = trunks(anchor.dials);
  const [ended = ''] = trunks(anchor.hangups);
  // A failover changes the line of an outgoing call; the hangup tells the last one.
  const told = kind === 'outgoing' ? [ended, dialled.at(-1)] : [started, dialled[0], ended, anchor.trunk];
  return told.find(Boolean) ?? '';
}

function partyOf(anchor: Channel, kind: Group['kind'], line: string, numbering: Numbering): string {
  const read = (raw: string): string =>
    kind === 'incoming' ? readCaller(raw, line, numbering) : readDialled(raw, line, numbering);
  const statements = statementsOf(anchor);
  const stated = statements.map((event) => read(event.phone));
  if (kind === 'internal') return stated.find(isExtension) ?? '';
  const heard = kind === 'incoming' ? anchor.events.map((event) => read(event.callerNumber)) : [];
  const dialled = statements.flatMap((event) => event.extensions).map(read);
  return (
    [...stated, ...heard].find(isPhone) ??
    stated.find((number) => number !== '') ??
    dialled.find((number) => isPhone(number)) ??
    ''
  );
}

/** What an extension dialled: a number of the same city has as many digits as a line's id. */
function readDialled(raw: string, line: string, { country }: Numbering): string {
  return readNumber(raw, country) || (/^[1-9]\d{6}$/.test(raw) && raw !== line ? raw : '');
}

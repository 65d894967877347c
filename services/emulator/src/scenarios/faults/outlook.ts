import type { Expected, ExpectedCall, TimedEvent } from '../call.js';

/** What must come of a call with which something went wrong. */
export interface Outlook {
  /** When nothing more was heard of it for over a minute: some ends are known by silence only. */
  live: Expected;
  /** When what was lost has been fetched from the host. */
  recovered: Expected;
}

/** The fault changes nothing. */
export function expectedAsEver(expected: Expected): Outlook {
  return { live: expected, recovered: expected };
}

/**
 * Without its hangup a call ends by silence, if it was seen in a bridge; else its end is unknown until recovery. Of
 * internal calls only the hangup tells.
 */
export function expectedWithoutHangups(expected: Expected, events: readonly TimedEvent[]): Outlook {
  const bridged = events.some(({ event }) => event === 'bridge');
  const seen = expected.calls.filter(({ answered, direction }) => bridged && answered && direction !== 'internal');
  return { live: finals(seen), recovered: expected };
}

/** Without bridges the hangup alone tells whether somebody talked, and with whom. */
export function expectedWithoutBridges(expected: Expected, events: readonly TimedEvent[]): Outlook {
  return { live: finals(expected.calls.flatMap((call) => toldByHangup(call, events))), recovered: expected };
}

function toldByHangup(call: ExpectedCall, events: readonly TimedEvent[]): ExpectedCall[] {
  const first = events.find((event) => isOf(call, event));
  const end = events.find(({ event, body }) => event === 'hangup' && body['UniqueId'] === first?.body['UniqueId']);
  if (!end) return [];
  if (end.body['CallStatus'] !== '2') return [{ ...call, answered: false, talked: [] }];
  const named = [end.body['Extensions']].flat().filter((extension) => extension !== '');
  const talked = named.length === 1 ? named.map(String) : call.rang.length === 1 ? call.rang : [];
  return [{ ...call, answered: true, talked }];
}

/** The event that a call is known by: its start, its dial, or the hangup of an internal call. */
function isOf({ direction, party }: ExpectedCall, { event, body }: TimedEvent): boolean {
  const isParty = body['Phone'] === party.replace('+', '');
  if (direction === 'internal') return event === 'hangup' && isParty;
  const isForbidden = event === 'hangup' && body['CallType'] === 1;
  return isParty && (direction === 'incoming' ? event === 'start' : event === 'dial' || isForbidden);
}

const finals = (calls: ExpectedCall[]): Expected => ({ calls, finalMessages: calls.length });

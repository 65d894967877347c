import { smallest } from './extremes.js';
import type { Channel, Placed } from './facts.js';
import { isExtension, isPhone, readNumber, samePhone } from '@live-calls/shared/phone';
import type { Numbering } from './number.js';

/**
 * What a channel's own start, dial and hangup make of it.
 *
 * - `incoming`, `outgoing`: a client's call
 * - `internal`: a call between extensions, unless its channels lie in another call
 * - `transferred`: a leg of a client's call; shown as a call only when no such call is known
 * - `leg`: a leg to a mobile or FollowMe, never a call of its own
 * - `service`: click-to-call's leg to the manager, monitoring: silent
 * - `none`: known from bridges and caller ids only
 */
export type Role = 'incoming' | 'outgoing' | 'internal' | 'transferred' | 'leg' | 'service' | 'none';

/** Contexts of `Local/` channels that redirect a call; `inoffice` is click-to-call's and is not among them. */
const REDIRECT_CONTEXT = /^(dialexecute|mngr\d+_\d+|[0-9a-f]{8})$/i;

/** Events that tell what a channel is for: start, dials and hangups. */
export const statementsOf = (channel: Channel): Placed[] => [...channel.starts, ...channel.dials, ...channel.hangups];

export function roleOf(channel: Channel, { country }: Numbering): Role {
  const statements = statementsOf(channel);
  if (statements.length === 0) return 'none';
  const phones = statements.map((event) => readNumber(event.phone, country));
  const phone = phones.find(isPhone) ?? phones.find((number) => number !== '') ?? '';
  const onTrunk = statements.some((event) => event.trunk !== '');
  const betweenExtensions = isExtension(phone) && !onTrunk;
  switch (callTypeOf(channel, phone)) {
    case 0:
      return betweenExtensions ? 'internal' : 'incoming';
    case 1:
      if (isRedirect(channel) || dialsAPhone(statements, phone, country)) return 'leg';
      return betweenExtensions ? 'internal' : 'outgoing';
    case 2:
      if (isPhone(phone)) return 'transferred';
      // Click-to-call rings the manager without a caller; the hangup of that leg may name the manager.
      if (channel.dials.some((event) => event.phone === '')) return 'service';
      return isExtension(phone) ? 'internal' : 'service';
  }
}

/** A redirecting `Local/` half: of a transfer, or of a leg to a mobile. */
export const isRedirect = (channel: Channel): boolean =>
  channel.local !== null && REDIRECT_CONTEXT.test(channel.local.context);

/** start is incoming; else the dials' type, since a transfer changes only the hangup's; else the hangup's. */
function callTypeOf(channel: Channel, phone: string): 0 | 1 | 2 {
  if (channel.starts.length > 0) return 0;
  const stated = [channel.dials, channel.hangups]
    .map((events) => events.map((event) => event.callType).filter((type) => type !== null))
    .find((types) => types.length > 0);
  if (stated) return smallest(stated) as 0 | 1 | 2;
  if (isExtension(phone)) return 2;
  return channel.extension === '' ? 0 : 1;
}

/** Extensions that hold a phone other than the dialled one: the client is there, so this leg goes to a mobile. */
function dialsAPhone(statements: Placed[], phone: string, country: string): boolean {
  return statements
    .flatMap((event) => event.extensions)
    .map((extension) => readNumber(extension, country))
    .some((number) => isPhone(number) && !samePhone(number, phone));
}

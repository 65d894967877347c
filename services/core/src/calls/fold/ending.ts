import { largest } from './extremes.js';
import type { Channel, Placed } from './facts.js';
import type { Group } from './group.js';
import type { Stay, Stays } from './stays.js';
import type { Talk } from './talks.js';

export interface Ending {
  /** ms; null while the call is not over. */
  endedAt: number | null;
  /** The hangup that ended it; null when silence did. */
  hangup: Placed | null;
  /** When silence will end it, ms; null: silence alone will not. */
  silentUntil: number | null;
}

/** After an accepted transfer of an outgoing call nothing is sent at its end: this long after the client's last leave. */
const AFTER_TRANSFER = 10_000;

/** Without its hangup a call is over when the client was in no bridge for this long; a transfer's target may ring 49 s. */
const SILENCE = 60_000;

const OPEN: Ending = { endedAt: null, hangup: null, silentUntil: null };

/**
 * When a call is over.
 *
 * @param party the client's channels; of an internal call the anchor
 * @param now ms since 1970
 */
export function endingOf(group: Group, party: Channel[], talks: Talk[], stays: Stays, now: number): Ending {
  const { anchor, kind } = group;
  const hangup = anchor.hangups[0];
  const partyStays = party.flatMap((channel) => stays.ofChannel(channel.id));
  if (hangup && kind !== 'outgoing') return { endedAt: hangup.at, hangup, silentUntil: null };
  if (hangup) {
    if (!metAThird(partyStays, group, stays, hangup)) return { endedAt: hangup.at, hangup, silentUntil: null };
    const gone = party.flatMap((channel) => channel.hangups)[0];
    if (gone) return { endedAt: Math.max(gone.at, hangup.at), hangup, silentUntil: null };
    // Whoever was left alone by all others has left as well: its own leave may be lost.
    const own = channelsOf(partyStays);
    const left = partyStays.map((stay) => ({ ...stay, ...endWithCompany(stay, own, stays) }));
    return { ...silence(left, AFTER_TRANSFER, now, hangup.at), hangup };
  }
  const mobileGone = hangupOfLastMobile(group, party, talks);
  if (mobileGone) return { endedAt: mobileGone.at, hangup: null, silentUntil: null };
  return silence(partyStays.length > 0 ? partyStays : stays.ofChannel(anchor.id), SILENCE, now, -Infinity);
}

/** An accepted transfer: the client was in a bridge with somebody else than the manager who dialled. */
function metAThird(partyStays: Stay[], { anchor }: Group, stays: Stays, hangup: Placed): boolean {
  const dialling = new Set(anchor.dials.flatMap((event) => event.extensions));
  const partyOwn = channelsOf(partyStays);
  return partyStays.some((stay) =>
    companyOf(stay, partyOwn, stays).some(
      (other) =>
        other.channel !== anchor &&
        other.channel.pair !== anchor &&
        !dialling.has(other.channel.extension) &&
        // What comes after the hangup corrects the final, it does not delay it.
        Math.max(other.from, stay.from) < hangup.place,
    ),
  );
}

/** Who was in the bridge at the same time, the party's own channels aside. */
function companyOf(stay: Stay, own: Set<Channel>, stays: Stays): Stay[] {
  return stays
    .inBridge(stay.bridge)
    .filter((other) => !own.has(other.channel) && other.from <= stay.to && stay.from <= other.to);
}

const channelsOf = (stays: Stay[]): Set<Channel> => new Set(stays.map(({ channel }) => channel));

function endWithCompany(stay: Stay, own: Set<Channel>, stays: Stays): Pick<Stay, 'to' | 'toAt'> {
  if (stay.to !== Infinity) return stay;
  const company = companyOf(stay, own, stays);
  // A join that is told after all others have left is late.
  if (company.length === 0) return stays.inBridge(stay.bridge).length > 1 ? { to: stay.from, toAt: stay.fromAt } : stay;
  return { to: largest(company.map(({ to }) => to)), toAt: largest(company.map(({ toAt }) => toAt)) };
}

/** The hangup of a leg to a mobile ends the call when the client talked with that mobile last. */
function hangupOfLastMobile({ anchor, members }: Group, party: Channel[], talks: Talk[]): Placed | undefined {
  const last = talks.at(-1);
  if (!last) return undefined;
  const own = new Set(party);
  const isOnTheWay = (channel: Channel): boolean => own.has(channel) || last.through.includes(channel.id);
  return [...members]
    .filter((member) => member !== anchor && !own.has(member) && member.dials.length > 0)
    .filter((leg) => isOnTheWay(leg) || (leg.pair !== null && isOnTheWay(leg.pair)))
    .flatMap((leg) => leg.hangups)[0];
}

function silence(partyStays: Stay[], patience: number, now: number, notBefore: number): Ending {
  if (partyStays.length === 0 || partyStays.some((stay) => stay.to === Infinity)) return OPEN;
  const left = Math.max(notBefore, largest(partyStays.map((stay) => stay.toAt)));
  const until = left + patience;
  return now < until ? { ...OPEN, silentUntil: until } : { endedAt: left, hangup: null, silentUntil: null };
}

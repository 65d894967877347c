import type { Call, CallState } from '../call.js';
import { endingOf, type Ending } from './ending.js';
import type { CallEvent } from './event.js';
import { largest, smallest } from './extremes.js';
import { factsOf, farNumber, type Channel } from './facts.js';
import type { Group } from './group.js';
import { groupsOf } from './groups.js';
import { isExtension, isPhone, readNumber, samePhone } from '@live-calls/shared/phone';
import type { Numbering } from './number.js';
import { staysOf, type Stays } from './stays.js';
import { talkSeconds, talksOf, type Talk } from './talks.js';
import { bridgedTalks } from './bridgedTalks.js';

/** A call of which nothing was heard for so long is over; what its end was may still be recovered. ms */
const LOST_AFTER = { ringing: 3_600_000, talking: 4 * 3_600_000 };

/**
 * Which calls the events tell of, and how they stand: the one place that decides what a call is.
 *
 * Pure: the same events, in whatever order they came and however often, give the same calls (durations aside). A call
 * whose end never came ends with the last that was heard of it, after some hours of silence.
 *
 * @param events oldest first, by time and then by id
 * @param now ms since 1970
 */
export function callsFrom(events: CallEvent[], numbering: Numbering, now: number): Call[] {
  const facts = factsOf(events);
  const stays = staysOf(facts);
  const { groups, loose } = groupsOf(facts, stays, numbering);
  const calls = groups.map((group) => viewOf(group, stays, numbering, now));
  return [...calls, ...bridgedTalks(loose, facts, stays, numbering, now)];
}

function viewOf(group: Group, stays: Stays, numbering: Numbering, now: number): Call {
  const { anchor, kind } = group;
  const party = partyChannels(group, numbering);
  const talks = talksWith(group, party, stays, numbering);
  const known = endingOf(group, party, talks, stays, now);
  const lastAt = largest([...group.members].flatMap((member) => member.events.map((event) => event.at)));
  const lostAt = lastAt + (talks.length > 0 ? LOST_AFTER.talking : LOST_AFTER.ringing);
  const isLost = known.endedAt === null && now >= lostAt;
  const ending = isLost ? { ...known, endedAt: lastAt } : known;

  const heard = unique(talks.map((talk) => talk.who)).length > 0;
  const says2 = anchor.hangups.some((event) => event.answered);
  const answered = heard || says2;
  const rang = rangIn(group, talks, numbering);
  const talked = heard ? unique(talks.map((talk) => talk.who)) : says2 ? whoMustHaveTalked(group, rang, numbering) : [];
  const hostSeconds = anchor.hangups.map((event) => event.hostSeconds).find((seconds) => seconds !== null) ?? null;
  const firstAt = smallest([...anchor.events.map((event) => event.at), ...talks.map((talk) => talk.fromAt)]);
  const onlyHangup = talks.length === 0 && anchor.events.every((event) => event.type === 'hangup');
  const startedAt = onlyHangup && ending.endedAt !== null ? ending.endedAt - (hostSeconds ?? 0) * 1000 : firstAt;
  // Of an open call as far as it is known: a view that changed with the clock would be a new one at every step.
  const until = ending.endedAt ?? lastAt;
  const answeredAt = talks[0]?.fromAt ?? null;
  return {
    anchor: anchor.id,
    direction: kind,
    party: group.party,
    line: group.line || (kind === 'outgoing' ? (party.find((channel) => channel.trunk)?.trunk ?? '') : ''),
    state: stateOf(group, ending, answered),
    ringing: ringingNow(group, rang, numbering),
    rang,
    talked,
    partner: openOrLast(talks)?.who ?? talked.at(-1) ?? '',
    answered,
    startedAt: new Date(startedAt),
    answeredAt: answeredAt === null ? null : new Date(answeredAt),
    endedAt: ending.endedAt === null ? null : new Date(ending.endedAt),
    talkSeconds: talkSecondsOf(talks, isLost, says2, until),
    waitSeconds: seconds((answeredAt ?? until) - startedAt),
    durationSeconds: hostSeconds ?? seconds(until - startedAt),
    dataSource: isRecovered(group, ending) ? 'recovery' : 'live',
    ...(isLost && { lost: true }),
    wakeAt: ending.endedAt === null ? new Date(Math.min(ending.silentUntil ?? Infinity, lostAt)) : null,
    channels: [...group.members].map((member) => member.id),
    bridges: unique([...group.members].flatMap((member) => stays.ofChannel(member.id).map((stay) => stay.bridge))),
  };
}

/** The channels of the client: of an incoming call the anchor, of an outgoing one the trunk channels with its number. */
function partyChannels({ anchor, kind, party, members }: Group, numbering: Numbering): Channel[] {
  if (kind !== 'outgoing') return [anchor];
  const isParty = (member: Channel): boolean =>
    samePhone(farNumber(member, numbering), party) ||
    // A number of the same city has no country code.
    member.events.some((event) => party !== '' && event.callerNumber === party);
  return [...members].filter((member) => member !== anchor && isParty(member));
}

function talksWith(group: Group, party: Channel[], stays: Stays, numbering: Numbering): Talk[] {
  const { anchor, kind } = group;
  const talks = talksOf(party, stays, numbering).filter((talk) => !samePhone(talk.who, group.party));
  if (talks.length > 0 || kind !== 'outgoing') return talks;
  // Nothing is known of the client's channel: the manager's channel in a bridge by itself must have been with the client.
  const who = anchor.extension || (extensionsOf(group, numbering)[0] ?? '');
  return stays
    .ofChannel(anchor.id)
    .filter((stay) => who && stays.inBridge(stay.bridge).every((other) => other.channel === anchor))
    .map((stay) => ({
      who,
      from: stay.from,
      fromAt: stay.fromAt,
      to: stay.to,
      toAt: stay.toAt,
      through: [],
    }));
}

/** Null: answered, but nobody knows for how long. */
function talkSecondsOf(talks: Talk[], isLost: boolean, says2: boolean, until: number): number | null {
  if (talks.length === 0) return says2 ? null : 0;
  if (isLost && talks.some((talk) => talk.to === Infinity)) return null;
  return talkSeconds(talks, until);
}

function stateOf({ anchor }: Group, ending: Ending, answered: boolean): CallState {
  if (ending.endedAt !== null) return 'final';
  if (answered) return 'talk';
  return anchor.dials.length > 0 ? 'dial' : 'start';
}

function extensionsOf({ anchor }: Group, { country }: Numbering): string[] {
  return anchor.dials
    .flatMap((event) => event.extensions)
    .map((number) => readNumber(number, country))
    .filter(isExtension);
}

/** Everyone who rang: by the dials; without one by the hangup; of a talk that only bridges tell of, whoever answered. */
function rangIn(group: Group, talks: Talk[], numbering: Numbering): string[] {
  const dialled = extensionsOf(group, numbering);
  const ended = group.anchor.hangups
    .flatMap((event) => event.extensions)
    .map((number) => readNumber(number, numbering.country));
  const answered = talks.slice(0, 1).map((talk) => talk.who);
  const known = [dialled, ended, answered]
    .map((numbers) => numbers.filter(isExtension))
    .find((numbers) => numbers.length > 0);
  return unique(known ?? []).filter((number) => number !== group.party);
}

/** Answered, but no bridge was seen: the hangup's extension, else the only one who rang; otherwise nobody is named. */
function whoMustHaveTalked({ anchor, party }: Group, rang: string[], { country }: Numbering): string[] {
  const named = anchor.hangups
    .flatMap((event) => event.extensions)
    .map((number) => readNumber(number, country))
    .filter((number) => isExtension(number) && number !== party);
  if (named.length > 0) return unique(named).slice(0, 1);
  return rang.length === 1 ? rang : [];
}

/** The latest dial's extensions; mobiles only when nobody inside rings. */
function ringingNow(group: Group, rang: string[], { country }: Numbering): string[] {
  const latest = (group.anchor.dials.at(-1)?.extensions ?? []).map((number) => readNumber(number, country));
  const inside = latest.filter(isExtension);
  const ringing =
    inside.length > 0 ? inside : latest.filter((number) => isPhone(number) && !samePhone(number, group.party));
  return ringing.length > 0 ? unique(ringing) : rang;
}

const openOrLast = (talks: Talk[]): Talk | undefined => talks.findLast((talk) => talk.to === Infinity) ?? talks.at(-1);

function isRecovered({ anchor, members }: Group, ending: Ending): boolean {
  if (ending.endedAt === null) return false;
  const ends = ending.hangup ? anchor.hangups : [...members].flatMap((member) => member.events);
  return ends.every((event) => event.source === 'recovery');
}

const seconds = (ms: number): number => Math.max(0, Math.round(ms / 1000));

const unique = <T>(items: T[]): T[] => [...new Set(items)];

import { farNumber, type Channel } from './facts.js';
import { isExtension, isPhone, readNumber } from '@live-calls/shared/phone';
import type { Numbering } from './number.js';
import type { Stay, Stays } from './stays.js';

/** A stretch of talk of a party with somebody. */
export interface Talk {
  /** Extension or phone in E.164. */
  who: string;
  from: number;
  fromAt: number;
  to: number;
  toAt: number;
  /** Channels between the party and whoever it talked with: `Local/` halves and the far end. */
  through: Set<string>;
}

/** Whom a party's channels talked with, in order: the other members of their bridges, `Local/` halves followed. */
export function talksOf(party: Channel[], stays: Stays, numbering: Numbering): Talk[] {
  const own = new Set<string>(party.map((channel) => channel.id));
  return party
    .flatMap((channel) => stays.ofChannel(channel.id))
    .flatMap((stay) => {
      const others = othersIn(stay, stays, own);
      if (others.length === 0) return alone(stay, numbering);
      const talks = others.flatMap((other) => farEnds(other, stay, stays, own, numbering));
      return talks.length > 0
        ? talks
        : others.flatMap((other) => farEnds(other, TIMELESS, stays, own, numbering)).map(atStartOf(stay));
    })
    .sort((one, other) => one.from - other.from || one.to - other.to);
}

/**
 * The far end of a `Local/` pair seems to have left just before the party came: neighbouring events were swapped.
 */
const TIMELESS: Span = { from: -Infinity, fromAt: -Infinity, to: Infinity, toAt: Infinity };

const atStartOf =
  (stay: Stay) =>
  (talk: Talk): Talk => ({ ...talk, from: stay.from, fromAt: stay.fromAt, to: stay.from, toAt: stay.fromAt });

function othersIn(stay: Stay, stays: Stays, except: Set<string>): Stay[] {
  return stays.inBridge(stay.bridge).filter((other) => !except.has(other.channel.id) && overlap(stay, other));
}

const overlap = (one: { from: number; to: number }, other: { from: number; to: number }): boolean =>
  Math.max(one.from, other.from) <= Math.min(one.to, other.to);

type Span = Pick<Talk, 'from' | 'fromAt' | 'to' | 'toAt'>;

function common(one: Span, other: Span): Span {
  return {
    from: Math.max(one.from, other.from),
    fromAt: Math.max(one.fromAt, other.fromAt),
    to: Math.min(one.to, other.to),
    toAt: Math.min(one.toAt, other.toAt),
  };
}

function farEnds(member: Stay, span: Span, stays: Stays, seen: Set<string>, numbering: Numbering): Talk[] {
  const { channel } = member;
  const together = span === TIMELESS ? TIMELESS : common(member, span);
  const through = new Set([...seen, channel.id]);
  if (!channel.local) {
    const who = farNumber(channel, numbering);
    return who ? [{ who, ...together, through }] : [];
  }
  const pair = channel.pair;
  if (!pair || seen.has(pair.id)) return [];
  const beyond = new Set([...through, pair.id]);
  return stays
    .ofChannel(pair.id)
    .filter((stay) => overlap(stay, together))
    .flatMap((stay) =>
      othersIn(stay, stays, beyond)
        .filter((other) => overlap(other, together))
        .flatMap((other) =>
          farEnds(other, together === TIMELESS ? TIMELESS : common(stay, together), stays, beyond, numbering),
        ),
    );
}

/**
 * Nobody else was ever seen in the bridge: the joining event's ConnectedLineNum tells who it was. It serves only here,
 * because it can name an extension while a mobile talks.
 */
function alone(stay: Stay, { country }: Numbering): Talk[] {
  const who = readNumber(stay.connectedNumber, country);
  if (!isExtension(who) && !isPhone(who)) return [];
  return [{ who, from: stay.from, fromAt: stay.fromAt, to: stay.to, toAt: stay.toAt, through: new Set() }];
}

/** Seconds covered by the talks, overlaps counted once; a talk that lasts counts up to `now` (ms). */
export function talkSeconds(talks: Talk[], now: number): number {
  let covered = 0;
  let until = -Infinity;
  for (const talk of [...talks].sort((one, other) => one.fromAt - other.fromAt)) {
    const end = Math.min(talk.toAt, now);
    covered += Math.max(0, end - Math.max(talk.fromAt, until));
    until = Math.max(until, end);
  }
  return Math.round(covered / 1000);
}

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
  through: readonly string[];
}

/** Whom a party's channels talked with, in order: the other members of their bridges, `Local/` halves followed. */
export function talksOf(party: Channel[], stays: Stays, numbering: Numbering): Talk[] {
  const own = new Set<string>(party.map((channel) => channel.id));
  return party
    .flatMap((channel) => stays.ofChannel(channel.id))
    .flatMap((stay) => {
      const others = othersIn(stay, stays, own);
      if (others.length === 0) return alone(stay, numbering);
      const talks = farEnds(others, stay, stays, own, numbering);
      return talks.length > 0 ? talks : farEnds(others, TIMELESS, stays, own, numbering).map(atStartOf(stay));
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

/** A transfer adds one `Local/` pair to the way; nobody is passed on this often. */
const MOST_PAIRS = 16;

/** In comparisons: reading numbers, and the memory that it takes. */
const EFFORT_OF_A_TALK = 20;

/** A stay that a way through `Local/` pairs leads to, while all of the way stood. */
interface Reached {
  stay: Stay;
  span: Span;
  /** The channels that led here. */
  way: readonly string[];
}

/**
 * The members of a bridge and whoever the ways lead to that begin at its `Local/` halves, the nearest first. What a
 * shorter way reached for the same time is not gone through again: else each further pair between two bridges would
 * multiply the ways.
 */
function farEnds(members: Stay[], span: Span, stays: Stays, own: Set<string>, numbering: Numbering): Talk[] {
  let talks: Talk[] = [];
  const reachedFor = new Map<Stay, Span[]>();
  let reached: Reached[] = members.map((stay) => ({ stay, span, way: [] }));
  for (let pairs = 0; pairs <= MOST_PAIRS && reached.length > 0; pairs++) {
    const news = reached.filter(({ stay, span }) => isNews(reachedFor, stay, span));
    stays.effort.spend(news.length * EFFORT_OF_A_TALK);
    talks = talks.concat(news.flatMap((one) => talkAt(one, numbering)));
    reached = news.flatMap((one) => beyond(one, stays, own));
  }
  return talks;
}

function isNews(reachedFor: Map<Stay, Span[]>, stay: Stay, span: Span): boolean {
  const known = reachedFor.get(stay) ?? [];
  if (known.some(({ from, to }) => from <= span.from && span.to <= to)) return false;
  reachedFor.set(stay, [...known, span]);
  return true;
}

function talkAt({ stay, span, way }: Reached, numbering: Numbering): Talk[] {
  const { channel } = stay;
  const who = channel.local ? '' : farNumber(channel, numbering);
  return who ? [{ who, ...together(stay, span), through: [...way, channel.id] }] : [];
}

/** Whoever is in a bridge with the other half of a `Local/` channel. */
function beyond({ stay, span, way }: Reached, stays: Stays, own: Set<string>): Reached[] {
  const { local, pair, id } = stay.channel;
  if (!local || !pair || own.has(pair.id) || way.includes(pair.id)) return [];
  const common = together(stay, span);
  const further = [...way, id, pair.id];
  return stays
    .ofChannel(pair.id)
    .filter((there) => overlap(there, common))
    .flatMap((there) =>
      othersIn(there, stays, own)
        .filter((other) => !further.includes(other.channel.id) && overlap(other, common))
        .map((other) => ({ stay: other, span: together(there, common), way: further })),
    );
}

const together = (stay: Stay, span: Span): Span => (span === TIMELESS ? TIMELESS : common(stay, span));

/**
 * Nobody else was ever seen in the bridge: the joining event's ConnectedLineNum tells who it was. It serves only here,
 * because it can name an extension while a mobile talks.
 */
function alone(stay: Stay, { country }: Numbering): Talk[] {
  const who = readNumber(stay.connectedNumber, country);
  if (!isExtension(who) && !isPhone(who)) return [];
  return [{ who, from: stay.from, fromAt: stay.fromAt, to: stay.to, toAt: stay.toAt, through: [] }];
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

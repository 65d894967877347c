import { Effort } from './effort.js';
import type { Bridge, Channel, Facts, Placed } from './facts.js';

/** A channel's stay in a bridge: places are for order, times for durations. */
export interface Stay {
  channel: Channel;
  bridge: string;
  from: number;
  fromAt: number;
  /** Infinity while it lasts. */
  to: number;
  toAt: number;
  /** ConnectedLineNum and Exten as the join told them; '' when only the leave is known. */
  connectedNumber: string;
  exten: string;
}

export interface Stays {
  ofChannel(id: string): Stay[];
  inBridge(id: string): Stay[];
  /** Of the fold as a whole. */
  effort: Effort;
}

/** Who was in which bridge, from joins and leaves of which any may be missing, repeated or late. */
export function staysOf(facts: Facts): Stays {
  const effort = new Effort();
  const byChannel = new Map<string, Stay[]>();
  const byBridge = new Map<string, Stay[]>();
  for (const channel of facts.channels.values()) {
    const stays = staysOfChannel(channel, facts.bridges);
    byChannel.set(channel.id, stays);
    for (const stay of stays) {
      const others = byBridge.get(stay.bridge);
      if (others) others.push(stay);
      else byBridge.set(stay.bridge, [stay]);
    }
  }
  return {
    ofChannel: (id) => byChannel.get(id) ?? [],
    inBridge: (id) => {
      const stays = byBridge.get(id) ?? [];
      effort.spend(stays.length);
      return stays;
    },
    effort,
  };
}

function staysOfChannel(channel: Channel, bridges: Map<string, Bridge>): Stay[] {
  const stays: Stay[] = [];
  const been = new Set<string>();
  const firstJoins = new Map<string, Placed>();
  let open: Stay | undefined;
  const close = (end: { place: number; at: number }): void => {
    if (open) Object.assign(open, { to: Math.max(end.place, open.from), toAt: Math.max(end.at, open.fromAt) });
    open = undefined;
  };
  let last: Placed | undefined;
  for (const event of channel.events) {
    const bridge = bridges.get(event.bridgeId);
    if (event.type === 'bridge' && bridge) {
      if (open?.bridge === bridge.id) continue;
      const joined = firstJoins.get(bridge.id);
      if (joined && isSameJoin(joined, event)) continue;
      if (!joined) firstJoins.set(bridge.id, event);
      close(event);
      open = stayFrom(channel, bridge, event);
      stays.push(open);
      been.add(bridge.id);
    } else if (event.type === 'bridge_leave' && bridge) {
      if (open?.bridge === bridge.id) close(event);
      else if (!been.has(bridge.id)) {
        // The join is missing: it was there since the bridge began or since its own last event, whichever came later.
        const since = last && last.place > bridge.first.place ? last : bridge.first;
        close(since);
        const stay = stayFrom(channel, bridge, since);
        stays.push({ ...stay, connectedNumber: '', exten: '', to: event.place, toAt: event.at });
        been.add(bridge.id);
      }
    } else continue;
    last = event;
  }
  const endOf = (stay: Stay): Placed | null => earlier(channel.hangups[0], bridges.get(stay.bridge)?.destroyed);
  return withinLife(stays, endOf, bridges);
}

/**
 * The first join once more, late. Whoever returns to a bridge was connected to somebody else meanwhile, and the join says
 * so: in all recorded calls ConnectedLineNum differs.
 */
const isSameJoin = (one: Placed, other: Placed): boolean =>
  one.connectedNumber === other.connectedNumber && one.callerNumber === other.callerNumber && one.exten === other.exten;

function stayFrom(channel: Channel, bridge: Bridge, event: Placed): Stay {
  return {
    channel,
    bridge: bridge.id,
    from: event.place,
    fromAt: event.at,
    to: Infinity,
    toAt: Infinity,
    connectedNumber: event.connectedNumber,
    exten: event.exten,
  };
}

/**
 * The hangup of a channel and the destruction of a bridge end a stay. A join told after them is late: a repetition when
 * the stay is known already, otherwise it was there at some time while the bridge was.
 */
function withinLife(stays: Stay[], endOf: (stay: Stay) => Placed | null, bridges: Map<string, Bridge>): Stay[] {
  const inTime = stays.filter((stay) => stay.from <= (endOf(stay)?.place ?? Infinity));
  const known = new Set(inTime.map((stay) => stay.bridge));
  return stays.flatMap((stay) => {
    const end = endOf(stay);
    if (!end || stay.to <= end.place) return [stay];
    if (stay.from <= end.place) return [{ ...stay, to: end.place, toAt: end.at }];
    if (known.has(stay.bridge)) return [];
    const first = bridges.get(stay.bridge)?.first ?? end;
    const from = first.place < end.place ? first : end;
    return [{ ...stay, from: from.place, fromAt: from.at, to: end.place, toAt: end.at }];
  });
}

function earlier(one: Placed | null | undefined, other: Placed | null | undefined): Placed | null {
  if (!one || !other) return one ?? other ?? null;
  return one.place < other.place ? one : other;
}

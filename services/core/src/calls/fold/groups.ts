import { type Channel, type Facts } from './facts.js';
import { isExtension, isPhone, readCaller, readNumber, samePhone, type Numbering } from './number.js';
import { isRedirect, roleOf, statementsOf, type Role } from './roles.js';
import type { Stays } from './stays.js';

/** A call in the making: its anchor and the channels that belong to it. */
export interface Group {
  anchor: Channel;
  kind: 'incoming' | 'outgoing' | 'internal';
  /** Client in E.164 (or a short number), of an internal call the calling extension; '' unknown. */
  party: string;
  line: string;
  members: Set<Channel>;
}

export interface Grouping {
  groups: Group[];
  /** Channels that belong to no call. */
  loose: Channel[];
}

/** A leg's own UniqueId can be older than its call's: click-to-call rings the manager first. Seconds. */
const LEG_LEAD = 90;

/** A call whose hangup is not known (yet) takes in no channels that began so much later. Seconds. */
const LONGEST_WITHOUT_END = 4 * 3600;

/** Which channels are one call: see asterisk rules in docs/events.md. */
export function groupsOf(facts: Facts, stays: Stays, numbering: Numbering): Grouping {
  const roles = new Map<Channel, Role>();
  for (const channel of facts.channels.values()) roles.set(channel, roleOf(channel, numbering));
  const first = new Assembly(facts, stays, numbering, roles).assemble();
  // A dial of an extension that is just transferring a client's call goes to that call's target, whatever its name.
  const redirects = first.groups.filter((group) => isOwnRedirect(group, first.groups, stays, numbering));
  if (redirects.length === 0) return first;
  for (const { anchor } of redirects) roles.set(anchor, 'leg');
  return new Assembly(facts, stays, numbering, roles).assemble();
}

class Assembly {
  private readonly groups: Group[] = [];
  private readonly owner = new Map<Channel, Group>();

  constructor(
    private readonly facts: Facts,
    private readonly stays: Stays,
    private readonly numbering: Numbering,
    private readonly roles: Map<Channel, Role>,
  ) {}

  assemble(): Grouping {
    const channels = [...this.facts.channels.values()].sort(
      (one, other) => one.epoch - other.epoch || one.serial - other.serial,
    );
    const clients = channels.filter((channel) => ['incoming', 'outgoing'].includes(this.role(channel)));
    for (const channel of clients) this.found(channel);
    this.spread(clients);
    this.attach(channels);
    // Whatever could be a leg of a known call has joined it by now; the rest stands for itself, the oldest first.
    for (const channel of channels) {
      if (this.owner.has(channel) || !['internal', 'transferred'].includes(this.role(channel))) continue;
      this.found(channel);
      this.spread([channel]);
      this.attach(channels);
    }
    return { groups: this.groups, loose: channels.filter((channel) => !this.owner.has(channel)) };
  }

  private role(channel: Channel): Role {
    return this.roles.get(channel) ?? 'none';
  }

  private found(anchor: Channel): void {
    const role = this.role(anchor);
    const kind = role === 'outgoing' || role === 'internal' ? role : 'incoming';
    const line = lineOf(anchor, kind);
    const party = partyOf(anchor, kind, line, this.numbering);
    const group: Group = { anchor, kind, line, party, members: new Set([anchor]) };
    this.groups.push(group);
    this.owner.set(anchor, group);
  }

  /** Shared bridges and `Local/` halves pull channels into the nearest call, never one call into another. */
  private spread(from: Channel[]): void {
    const queue = [...from];
    for (let channel = queue.shift(); channel; channel = queue.shift()) {
      const group = this.owner.get(channel);
      if (!group) continue;
      for (const next of this.neighbours(channel)) {
        if (this.owner.has(next)) continue;
        this.owner.set(next, group);
        group.members.add(next);
        queue.push(next);
      }
    }
  }

  private neighbours(channel: Channel): Channel[] {
    const bridged = this.stays
      .ofChannel(channel.id)
      .flatMap((stay) => this.stays.inBridge(stay.bridge))
      .map((stay) => stay.channel);
    return channel.pair ? [...bridged, channel.pair] : bridged;
  }

  /** Channels that share nothing with a call find it by initiator or by phone, until nothing changes. */
  private attach(channels: Channel[]): void {
    for (let changed = true; changed;) {
      changed = false;
      for (const channel of channels) {
        const group = this.owner.has(channel) ? undefined : this.callOf(channel);
        if (!group) continue;
        this.owner.set(channel, group);
        group.members.add(channel);
        this.spread([channel]);
        changed = true;
      }
    }
  }

  private callOf(channel: Channel): Group | undefined {
    const { country } = this.numbering;
    const role = this.role(channel);
    if (channel.local) return this.callOfInitiator(channel);
    const statements = statementsOf(channel);
    const phones = statements.map((event) => readNumber(event.phone, country)).filter(isPhone);
    const extensions = statements.flatMap((event) => event.extensions).map((number) => readNumber(number, country));
    if (role === 'leg') {
      return this.nearest(
        channel,
        (group) =>
          extensions.some((number) => samePhone(number, group.party) || this.takesPart(number, group)) ||
          phones.some((phone) => this.rings(group, phone)),
      );
    }
    if (role === 'transferred')
      return this.nearest(channel, (group) => phones.some((phone) => samePhone(phone, group.party)));
    if (role !== 'none' && role !== 'service') return undefined;
    const callers = channel.events.map((event) => readNumber(event.callerNumber, country));
    const connected = channel.events.map((event) => readNumber(event.connectedNumber, country));
    const named = [...callers, ...connected].filter(isPhone);
    const knows = (group: Group): boolean =>
      named.some((phone) => samePhone(phone, group.party) || this.rings(group, phone));
    const numbers = [...callers, ...connected].filter(isExtension);
    return (
      this.nearest(channel, (group) => knows(group) && numbers.some((number) => this.takesPart(number, group))) ??
      this.nearest(channel, knows)
    );
  }

  /** A `Local/` leg belongs to whoever began it: CallerIDNum of `;2` = ConnectedLineNum of `;1`, as first seen. */
  private callOfInitiator(channel: Channel): Group | undefined {
    const initiator = initiatorOf(channel, this.numbering);
    if (isPhone(initiator)) return this.nearest(channel, (group) => samePhone(initiator, group.party));
    const place = channel.events[0]?.place ?? 0;
    const [latest] = this.during(channel)
      .filter((group) => group.anchor.epoch <= channel.epoch + 1 && this.takesPart(initiator, group))
      .sort((one, other) => this.lastMove(initiator, other, place) - this.lastMove(initiator, one, place));
    if (latest || !isRedirect(channel)) return latest;
    // Who redirects is in a call: where no bridge tells in which one, in one that rang there.
    return this.nearest(channel, (group) => group.kind === 'incoming' && this.rings(group, initiator));
  }

  /** Where in the order of events an extension last moved in a call before `place`. */
  private lastMove(extension: string, group: Group, place: number): number {
    const moves = [...group.members]
      .filter((member) => member.extension === extension)
      .flatMap((member) => member.events.map((event) => event.place));
    return Math.max(group.anchor.events[0]?.place ?? 0, ...moves.filter((move) => move <= place + 1));
  }

  private takesPart(extension: string, group: Group): boolean {
    if (!isExtension(extension)) return false;
    const { country } = this.numbering;
    const dialled = group.kind === 'outgoing' ? group.anchor.dials.flatMap((event) => event.extensions) : [];
    const connected = group.anchor.events.map((event) => readNumber(event.connectedNumber, country));
    const members = [...group.members].map((member) => member.extension);
    return [group.party, ...dialled, ...connected, ...members].includes(extension);
  }

  /** Whether the call rings a mobile: its own dials name it among the extensions, or a leg of it dials it. */
  private rings({ anchor, members }: Group, phone: string): boolean {
    const { country } = this.numbering;
    const legs = [...members].filter((member) => member !== anchor && this.role(member) === 'leg');
    const dialled = [
      ...anchor.dials.flatMap((event) => event.extensions),
      ...legs.flatMap((leg) => leg.dials.map((event) => event.phone)),
    ];
    return dialled.some((number) => samePhone(readNumber(number, country), phone));
  }

  /** The call of this kind that the channel's creation falls into, the nearest one when there are several. */
  private nearest(channel: Channel, fits: (group: Group) => boolean): Group | undefined {
    const distance = (group: Group): number =>
      Math.abs(channel.epoch - group.anchor.epoch) * 1e6 + Math.abs(channel.serial - group.anchor.serial);
    return this.during(channel)
      .filter(fits)
      .sort((one, other) => distance(one) - distance(other))[0];
  }

  private during(channel: Channel): Group[] {
    return this.groups.filter(
      (group) => channel.epoch >= group.anchor.epoch - LEG_LEAD && channel.epoch <= endEpoch(group),
    );
  }
}

/** Until when channels of a call can have begun, by the host's clock in seconds. */
function endEpoch({ anchor }: Group): number {
  const end = anchor.hangups[0];
  if (!end) return anchor.epoch + LONGEST_WITHOUT_END;
  const received = (end.at - (anchor.events[0]?.at ?? end.at)) / 1000;
  return anchor.epoch + Math.max(end.hostSeconds ?? 0, received) + 2;
}

function initiatorOf(channel: Channel, { country }: Numbering): string {
  const halves = channel.pair ? [channel, channel.pair] : [channel];
  const second = halves.find((half) => half.local?.half === 2)?.events.find((event) => event.callerNumber);
  const first = halves.find((half) => half.local?.half === 1)?.events.find((event) => event.connectedNumber);
  return readNumber(second?.callerNumber ?? first?.connectedNumber ?? '', country);
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
    kind === 'incoming' ? readCaller(raw, line, numbering) : readNumber(raw, numbering.country);
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

/** Whether an outgoing call is really a leg that one of its extensions began by transferring a client. */
function isOwnRedirect(group: Group, groups: Group[], stays: Stays, numbering: Numbering): boolean {
  const { anchor } = group;
  // A manager's own channel has dialled: an ordinary call.
  if (group.kind !== 'outgoing' || anchor.extension || anchor.local) return false;
  const place = anchor.events[0]?.place ?? 0;
  const extensions = anchor.dials.flatMap((event) => event.extensions);
  return groups.some(
    (call) =>
      call !== group &&
      call.kind !== 'internal' &&
      anchor.epoch <= endEpoch(call) &&
      !call.anchor.hangups.some((event) => event.place < place) &&
      [...call.members].some(
        (leg) =>
          isRedirect(leg) &&
          leg.epoch <= anchor.epoch &&
          extensions.includes(initiatorOf(leg, numbering)) &&
          isTransferring(leg, call, place, stays, numbering),
      ),
  );
}

/** A transfer is under way from its leg's first event until a half leaves its bridge, is taken over or hangs up. */
function isTransferring(leg: Channel, call: Group, place: number, stays: Stays, numbering: Numbering): boolean {
  const halves = leg.pair ? [leg, leg.pair] : [leg];
  const events = halves.flatMap((half) => half.events);
  const began = Math.min(...events.map((event) => event.place));
  const initiator = initiatorOf(leg, numbering);
  const takenOver = (event: { callerNumber: string }): boolean =>
    isPhone(readNumber(event.callerNumber, numbering.country)) && isExtension(initiator);
  const over = halves.some(
    (half) =>
      half.hangups.some((event) => event.place < place) ||
      stays.ofChannel(half.id).some((stay) => stay.to < place) ||
      (half.local?.half === 2 && half.events.some((event) => event.place < place && takenOver(event))),
  );
  const clientBridges = new Set(
    call.kind === 'incoming' ? stays.ofChannel(call.anchor.id).map((stay) => stay.bridge) : [],
  );
  const returned = [...call.members]
    .filter((member) => member.extension === initiator)
    .flatMap((member) => stays.ofChannel(member.id))
    .some((stay) => clientBridges.has(stay.bridge) && stay.from > began && stay.from < place);
  return began < place && !over && !returned;
}

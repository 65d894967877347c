import type { Channel } from './facts.js';
import { endEpoch, type Group } from './group.js';
import { isExtension, isPhone, readNumber, samePhone } from '@live-calls/shared/phone';
import type { Numbering } from './number.js';
import { isRedirect, statementsOf, type Role } from './roles.js';
import { initiatorOf } from './transfer.js';

/** A leg's own UniqueId can be older than its call's: click-to-call rings the manager first. Seconds. */
const LEG_LEAD = 90;

/** Finds the call of a channel that shares neither bridge nor `Local/` half with one: by who began it, or by phone. */
export class Kinship {
  constructor(
    private readonly groups: readonly Group[],
    private readonly roles: ReadonlyMap<Channel, Role>,
    private readonly numbering: Numbering,
  ) {}

  callOf(channel: Channel): Group | undefined {
    const { country } = this.numbering;
    const role = this.roles.get(channel);
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
    if (role !== undefined && role !== 'none' && role !== 'service') return undefined;
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

  /** A `Local/` leg belongs to the call of whoever began it. */
  private callOfInitiator(channel: Channel): Group | undefined {
    const initiator = initiatorOf(channel, this.numbering);
    if (isPhone(initiator)) return this.nearest(channel, (group) => samePhone(initiator, group.party));
    const halves = channel.pair ? [channel, channel.pair] : [channel];
    const place = Math.min(...halves.flatMap((half) => half.events[0]?.place ?? []));
    const [latest] = this.during(channel)
      // Seconds do not tell which of two was first; the order of events does, unless they changed places.
      .filter(({ anchor }) => anchor.epoch <= channel.epoch + 1 && (anchor.events[0]?.place ?? 0) <= place + 1)
      .filter((group) => this.takesPart(initiator, group))
      .sort((one, other) => this.lastMove(initiator, other, place) - this.lastMove(initiator, one, place));
    const hasBegun = latest !== undefined && (latest.anchor.events[0]?.place ?? 0) < place;
    if (hasBegun || !isRedirect(channel)) return latest;
    // Who redirects is in a call: where no bridge tells in which one, in one that rang there.
    return this.nearest(channel, (group) => group.kind === 'incoming' && this.rings(group, initiator)) ?? latest;
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
    const legs = [...members].filter((member) => member !== anchor && this.roles.get(member) === 'leg');
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

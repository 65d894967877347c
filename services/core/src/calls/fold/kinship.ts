import { Circles } from './circles.js';
import type { Effort } from './effort.js';
import { largest, smallest } from './extremes.js';
import type { Channel } from './facts.js';
import type { Group } from './group.js';
import { isExtension, isPhone, readNumber } from '@live-calls/shared/phone';
import type { Numbering } from './number.js';
import { isRedirect, statementsOf, type Role } from './roles.js';
import { initiatorOf } from './transfer.js';

/** Finds the call of a channel that shares neither bridge nor `Local/` half with one: by who began it, or by phone. */
export class Kinship {
  private readonly circles: Circles;

  constructor(
    private readonly roles: ReadonlyMap<Channel, Role>,
    private readonly numbering: Numbering,
    private readonly effort: Effort,
  ) {
    this.circles = new Circles(roles, numbering, effort);
  }

  /** A new call. */
  found(group: Group): void {
    this.circles.add(group);
  }

  /** The call has taken in a channel. */
  joined(group: Group, member: Channel): void {
    this.circles.join(group, member);
  }

  callOf(channel: Channel): Group | undefined {
    const { circles } = this;
    const { country } = this.numbering;
    const role = this.roles.get(channel);
    if (channel.local) return this.callOfInitiator(channel);
    const statements = statementsOf(channel);
    const phones = statements.map((event) => readNumber(event.phone, country)).filter(isPhone);
    if (role === 'leg') {
      const extensions = statements.flatMap((event) => event.extensions).map((number) => readNumber(number, country));
      return this.nearest(channel, [
        ...extensions.flatMap((number) => [...circles.ofParty(number), ...circles.takingPart(number)]),
        ...phones.flatMap((phone) => circles.ringing(phone)),
      ]);
    }
    if (role === 'transferred')
      return this.nearest(
        channel,
        phones.flatMap((phone) => circles.ofParty(phone)),
      );
    const callers = channel.events.map((event) => readNumber(event.callerNumber, country));
    const connected = channel.events.map((event) => readNumber(event.connectedNumber, country));
    const numbers = new Set([...callers, ...connected]);
    const named = [...numbers].filter(isPhone);
    const knowing = named.flatMap((phone) => [...circles.ofParty(phone), ...circles.ringing(phone)]);
    const extensions = [...numbers].filter(isExtension);
    const isWithin = (group: Group): boolean => extensions.some((number) => circles.takesPart(number, group));
    return this.nearest(channel, knowing.filter(isWithin)) ?? this.nearest(channel, knowing);
  }

  /** A `Local/` leg belongs to the call of whoever began it. */
  private callOfInitiator(channel: Channel): Group | undefined {
    const { circles } = this;
    const initiator = initiatorOf(channel, this.numbering);
    if (isPhone(initiator)) return this.nearest(channel, circles.ofParty(initiator));
    const halves = channel.pair ? [channel, channel.pair] : [channel];
    const place = smallest(halves.flatMap((half) => half.events[0]?.place ?? []));
    const moves = circles
      .takingPart(initiator)
      .filter((group) => circles.isDuring(channel, group))
      // Seconds do not tell which of two was first; the order of events does, unless they changed places.
      .filter(({ anchor }) => anchor.epoch <= channel.epoch + 1 && (anchor.events[0]?.place ?? 0) <= place + 1)
      .map((group) => ({ group, last: this.lastMove(initiator, group, place) }));
    const latest = moves.sort((one, other) => other.last - one.last || circles.compare(one.group, other.group))[0]
      ?.group;
    const hasBegun = latest !== undefined && (latest.anchor.events[0]?.place ?? 0) < place;
    if (hasBegun || !isRedirect(channel)) return latest;
    // Who redirects is in a call: where no bridge tells in which one, in one that rang there.
    const ringing = circles.ringing(initiator).filter((group) => group.kind === 'incoming');
    return this.nearest(channel, ringing) ?? latest;
  }

  /** Where in the order of events an extension last moved in a call before `place`. */
  private lastMove(extension: string, group: Group, place: number): number {
    this.effort.spend(group.members.size);
    const moves = [...group.members]
      .filter((member) => member.extension === extension)
      .flatMap((member) => member.events.map((event) => event.place));
    return Math.max(group.anchor.events[0]?.place ?? 0, largest(moves.filter((move) => move <= place + 1)));
  }

  /** Of these calls the one that the channel's creation falls into, the nearest one when there are several. */
  private nearest(channel: Channel, groups: Group[]): Group | undefined {
    const distance = ({ anchor }: Group): number =>
      Math.abs(channel.epoch - anchor.epoch) * 1e6 + Math.abs(channel.serial - anchor.serial);
    return groups
      .filter((group) => this.circles.isDuring(channel, group))
      .sort((one, other) => distance(one) - distance(other) || this.circles.compare(one, other))[0];
  }
}

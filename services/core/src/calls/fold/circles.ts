import { isExtension, isPhone, readNumber } from '@live-calls/shared/phone';
import type { Effort } from './effort.js';
import type { Channel } from './facts.js';
import { endEpoch, type Group } from './group.js';
import type { Numbering } from './number.js';
import type { Role } from './roles.js';

/** A leg's own UniqueId can be older than its call's: click-to-call rings the manager first. Seconds. */
const LEG_LEAD = 90;

/** Who has to do with which call, by number: looked up for every channel that has to find its call. */
export class Circles {
  private readonly parties = new Index();
  private readonly rung = new Index();
  private readonly participants = new Index();
  private readonly known = new Map<Group, { order: number; from: number; until: number }>();

  constructor(
    private readonly roles: ReadonlyMap<Channel, Role>,
    private readonly numbering: Numbering,
    private readonly effort: Effort,
  ) {}

  /** A new call, with its anchor. */
  add(group: Group): void {
    const { anchor, kind, party } = group;
    this.known.set(group, { order: this.known.size, from: anchor.epoch - LEG_LEAD, until: endEpoch(group) });
    this.parties.add(keyOf(party), group);
    this.participants.add(party, group);
    const dialled = anchor.dials.flatMap((event) => event.extensions);
    for (const number of dialled) this.rung.add(keyOf(this.read(number)), group);
    for (const number of kind === 'outgoing' ? dialled : []) this.participants.add(number, group);
    for (const event of anchor.events) this.participants.add(this.read(event.connectedNumber), group);
    this.participants.add(anchor.extension, group);
  }

  /** A call that was added has taken in a channel. */
  join(group: Group, member: Channel): void {
    this.participants.add(member.extension, group);
    if (this.roles.get(member) !== 'leg') return;
    for (const event of member.dials) this.rung.add(keyOf(this.read(event.phone)), group);
  }

  /** Calls of this client, or of this calling extension. */
  ofParty = (number: string): Group[] => this.found(this.parties, keyOf(number));

  /** Calls that ring this mobile or extension: their own dials name it, or a leg of them dials it. */
  ringing = (number: string): Group[] => this.found(this.rung, keyOf(number));

  /** Calls that this extension calls, was connected to or has a channel in. */
  takingPart = (extension: string): Group[] => (isExtension(extension) ? this.found(this.participants, extension) : []);

  takesPart(extension: string, group: Group): boolean {
    return this.participants.has(extension, group);
  }

  /** Whether a channel was created while a call ran. */
  isDuring({ epoch }: Channel, group: Group): boolean {
    const known = this.known.get(group);
    return known !== undefined && epoch >= known.from && epoch <= known.until;
  }

  /** By the order in which they were added. */
  compare(one: Group, other: Group): number {
    return (this.known.get(one)?.order ?? 0) - (this.known.get(other)?.order ?? 0);
  }

  private read = (number: string): string => readNumber(number, this.numbering.country);

  private found(index: Index, key: string): Group[] {
    const groups = index.of(key);
    this.effort.spend(groups.length);
    return groups;
  }
}

/** Equal for spellings of the same phone: see samePhone. */
const keyOf = (number: string): string => (isPhone(number) ? number.slice(-9) : number);

class Index {
  private readonly groups = new Map<string, Set<Group>>();

  add(key: string, group: Group): void {
    if (key === '') return;
    const groups = this.groups.get(key);
    if (groups) groups.add(group);
    else this.groups.set(key, new Set([group]));
  }

  of(key: string): Group[] {
    return [...(this.groups.get(key) ?? [])];
  }

  has(key: string, group: Group): boolean {
    return this.groups.get(key)?.has(group) ?? false;
  }
}

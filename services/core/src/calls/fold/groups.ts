import type { Channel, Facts } from './facts.js';
import { groupOf, type Group } from './group.js';
import { Kinship } from './kinship.js';
import type { Numbering } from './number.js';
import { roleOf, type Role } from './roles.js';
import type { Stays } from './stays.js';
import { isOwnRedirect } from './transfer.js';

export interface Grouping {
  groups: Group[];
  /** Channels that belong to no call. */
  loose: Channel[];
}

/** Which channels are one call: see docs/events.md. */
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

/** Roles of channels that can belong to a call without sharing a bridge with it; so can any `Local/` half. */
const KIN: ReadonlySet<Role> = new Set(['leg', 'transferred', 'service', 'none']);

class Assembly {
  private readonly groups: Group[] = [];
  private readonly owner = new Map<Channel, Group>();
  /** Bridges whose channels all have their call. */
  private readonly spreadOver = new Set<string>();
  private readonly kinship: Kinship;

  constructor(
    private readonly facts: Facts,
    private readonly stays: Stays,
    private readonly numbering: Numbering,
    private readonly roles: Map<Channel, Role>,
  ) {
    this.kinship = new Kinship(roles, numbering, stays.effort);
  }

  assemble(): Grouping {
    const channels = [...this.facts.channels.values()].sort(
      (one, other) => one.epoch - other.epoch || one.serial - other.serial,
    );
    const clients = channels.filter((channel) => ['incoming', 'outgoing'].includes(this.role(channel)));
    for (const channel of clients) this.found(channel);
    this.spread(clients);
    const kin = channels.filter((channel) => channel.local !== null || KIN.has(this.role(channel)));
    this.attach(kin);
    // Whatever could be a leg of a known call has joined it by now; the rest stands for itself, the oldest first.
    for (const channel of channels) {
      if (this.owner.has(channel) || !['internal', 'transferred'].includes(this.role(channel))) continue;
      this.found(channel);
      this.spread([channel]);
      this.attach(kin);
    }
    return { groups: this.groups, loose: channels.filter((channel) => !this.owner.has(channel)) };
  }

  private role(channel: Channel): Role {
    return this.roles.get(channel) ?? 'none';
  }

  private found(anchor: Channel): void {
    const group = groupOf(anchor, this.role(anchor), this.numbering);
    this.groups.push(group);
    this.owner.set(anchor, group);
    this.kinship.found(group);
  }

  private take(channel: Channel, group: Group): void {
    this.owner.set(channel, group);
    group.members.add(channel);
    this.kinship.joined(group, channel);
  }

  /** Shared bridges and `Local/` halves pull channels into the nearest call, never one call into another. */
  private spread(from: Channel[]): void {
    const queue = [...from];
    for (const channel of queue) {
      const group = this.owner.get(channel);
      if (!group) continue;
      for (const next of this.neighbours(channel)) {
        if (this.owner.has(next)) continue;
        this.take(next, group);
        queue.push(next);
      }
    }
  }

  private neighbours(channel: Channel): Channel[] {
    const bridged = this.stays.ofChannel(channel.id).flatMap(({ bridge }) => {
      if (this.spreadOver.has(bridge)) return [];
      this.spreadOver.add(bridge);
      return this.stays.inBridge(bridge).map((stay) => stay.channel);
    });
    return channel.pair ? [...bridged, channel.pair] : bridged;
  }

  /** Channels that share nothing with a call find it by initiator or by phone, until nothing changes. */
  private attach(kin: Channel[]): void {
    for (let changed = true; changed;) {
      changed = false;
      this.stays.effort.spend(kin.length);
      for (const channel of kin) {
        const group = this.owner.has(channel) ? undefined : this.kinship.callOf(channel);
        if (!group) continue;
        this.take(channel, group);
        this.spread([channel]);
        changed = true;
      }
    }
  }
}

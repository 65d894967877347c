import { smallest } from './extremes.js';
import type { Channel } from './facts.js';
import { endEpoch, type Group } from './group.js';
import { isExtension, isPhone, readNumber } from '@live-calls/shared/phone';
import type { Numbering } from './number.js';
import { isRedirect, statementsOf } from './roles.js';
import type { Stays } from './stays.js';

/** Who began a `Local/` leg: CallerIDNum of `;2` = ConnectedLineNum of `;1`, as first seen. */
export function initiatorOf(channel: Channel, { country }: Numbering): string {
  const halves = channel.pair ? [channel, channel.pair] : [channel];
  const second = halves.find((half) => half.local?.half === 2)?.events.find((event) => event.callerNumber);
  const first = halves.find((half) => half.local?.half === 1)?.events.find((event) => event.connectedNumber);
  return readNumber(second?.callerNumber ?? first?.connectedNumber ?? '', country);
}

/** Whether an outgoing call is really a leg that one of its extensions began by transferring a client. */
export function isOwnRedirect(group: Group, groups: Group[], stays: Stays, numbering: Numbering): boolean {
  const { anchor } = group;
  // A manager's own channel has dialled: an ordinary call.
  if (group.kind !== 'outgoing' || anchor.extension || anchor.local) return false;
  const place = anchor.events[0]?.place ?? 0;
  stays.effort.spend(groups.length);
  const extensions = statementsOf(anchor).flatMap((event) => event.extensions);
  return groups.some(
    (call) =>
      call !== group &&
      call.kind !== 'internal' &&
      anchor.epoch <= endEpoch(call) &&
      !call.anchor.hangups.some((event) => event.place < place) &&
      [...call.members].some(
        (leg) =>
          isRedirect(leg) &&
          isOlder(leg, anchor) &&
          extensions.includes(initiatorOf(leg, numbering)) &&
          isTransferring(leg, call, place, stays, numbering),
      ),
  );
}

/** By creation: the event that names a leg may come late. */
const isOlder = (leg: Channel, other: Channel): boolean =>
  leg.epoch < other.epoch || (leg.epoch === other.epoch && leg.serial < other.serial);

/** A transfer is under way from its leg's first event until a half leaves its bridge, is taken over or hangs up. */
function isTransferring(leg: Channel, call: Group, place: number, stays: Stays, numbering: Numbering): boolean {
  const halves = leg.pair ? [leg, leg.pair] : [leg];
  const events = halves.flatMap((half) => half.events);
  const began = smallest(events.map((event) => event.place));
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
  return !over && !returned;
}

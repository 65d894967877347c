import type { UniqueId } from '@live-calls/shared/contracts';
import type { CallEvent } from './event.js';
import { isExtension, isPhone, readNumber } from '@live-calls/shared/phone';
import type { Numbering } from './number.js';

/** An event with its place in the order of all events: comparisons use the place, since many share a millisecond. */
export interface Placed extends CallEvent {
  place: number;
}

/** What is known of one Asterisk channel. */
export interface Channel {
  id: UniqueId;
  /** Creation by the host's clock, seconds; tells what was at the same time even when events come in a heap. */
  epoch: number;
  serial: number;
  /** In order of arrival. */
  events: Placed[];
  starts: Placed[];
  dials: Placed[];
  hangups: Placed[];
  /** `SIP/151-…`: the extension; a trunk or nothing known: ''. */
  extension: string;
  /** `SIP/0001363-…`: the trunk that really carries it. */
  trunk: string;
  local: { base: string; half: 1 | 2; target: string; context: string } | null;
  /** The other half of a `Local/` channel. */
  pair: Channel | null;
}

export interface Bridge {
  id: string;
  first: Placed;
  destroyed: Placed | null;
}

export interface Facts {
  channels: Map<string, Channel>;
  bridges: Map<string, Bridge>;
}

/** Sorts what the events say by channel and by bridge; repetitions and order leave no trace beyond `place`. */
export function factsOf(events: CallEvent[]): Facts {
  const facts: Facts = { channels: new Map(), bridges: new Map() };
  events.forEach((event, place) => {
    const placed = { ...event, place };
    noteBridge(facts.bridges, placed);
    if (placed.uniqueId) noteChannel(facts.channels, placed);
  });
  pairLocals(facts.channels);
  return facts;
}

/** The number of whoever is at the far end of this channel: an extension, a phone in E.164, or ''. */
export function farNumber(channel: Channel, { country }: Numbering): string {
  if (channel.extension) return channel.extension;
  const numbers = channel.events.map((event) => readNumber(event.callerNumber, country));
  return numbers.find(isPhone) ?? numbers.find(isExtension) ?? '';
}

function noteBridge(bridges: Map<string, Bridge>, event: Placed): void {
  if (!event.bridgeId) return;
  const bridge = bridges.get(event.bridgeId) ?? { id: event.bridgeId, first: event, destroyed: null };
  if (event.type === 'bridge_destroy') bridge.destroyed ??= event;
  bridges.set(bridge.id, bridge);
}

function noteChannel(channels: Map<string, Channel>, event: Placed): void {
  const channel = channels.get(event.uniqueId) ?? newChannel(event.uniqueId);
  channels.set(channel.id, channel);
  channel.events.push(event);
  if (event.type === 'start') channel.starts.push(event);
  if (event.type === 'dial') channel.dials.push(event);
  if (event.type === 'hangup') channel.hangups.push(event);
  nameChannel(channel, event.channel);
}

function newChannel(id: UniqueId): Channel {
  const [epoch = '', serial = ''] = id.split('.');
  return {
    id,
    epoch: wholeNumber(epoch),
    serial: wholeNumber(serial),
    events: [],
    starts: [],
    dials: [],
    hangups: [],
    extension: '',
    trunk: '',
    local: null,
    pair: null,
  };
}

/** 0 when it is none, or too large to be compared. */
function wholeNumber(text: string): number {
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : 0;
}

function nameChannel(channel: Channel, name: string): void {
  const local = /^Local\/([^@]*)@(.+)-([0-9a-f]{8});([12])$/i.exec(name);
  if (local) {
    const [, target = '', context = '', hex = '', half] = local;
    channel.local = { base: `${target}@${context}-${hex}`, half: half === '1' ? 1 : 2, target, context };
    return;
  }
  const peer = /^[A-Za-z0-9]+\/(.+)-[0-9a-f]{8}$/i.exec(name)?.[1] ?? '';
  if (isExtension(peer)) channel.extension = peer;
  else if (peer) channel.trunk = peer;
}

/** Halves have UniqueIds n and n+1; one of them may be named in no event at all. */
function pairLocals(channels: Map<string, Channel>): void {
  const halves = new Map<string, Channel>();
  for (const channel of channels.values()) {
    if (!channel.local) continue;
    const other = halves.get(channel.local.base);
    if (other && other.local?.half !== channel.local.half) link(channel, other);
    else halves.set(channel.local.base, channel);
  }
  const bySerial = new Map<string, Channel>();
  for (const channel of [...channels.values()].reverse()) bySerial.set(serialOf(channel), channel);
  for (const channel of channels.values()) {
    if (!channel.local || channel.pair) continue;
    const step = channel.local.half === 1 ? 1 : -1;
    const neighbour = bySerial.get(serialOf({ ...channel, serial: channel.serial + step }));
    if (!neighbour || isNamed(neighbour) || neighbour.pair) continue;
    neighbour.local = { ...channel.local, half: channel.local.half === 1 ? 2 : 1 };
    link(channel, neighbour);
  }
}

const serialOf = ({ epoch, serial }: Pick<Channel, 'epoch' | 'serial'>): string => `${String(epoch)}.${String(serial)}`;

const isNamed = (channel: Channel): boolean => Boolean(channel.extension || channel.trunk || channel.local);

function link(one: Channel, other: Channel): void {
  one.pair = other;
  other.pair = one;
}

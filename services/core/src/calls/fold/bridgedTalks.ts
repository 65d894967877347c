import type { Call } from '../call.js';
import { largest } from './extremes.js';
import { farNumber, type Channel, type Facts } from './facts.js';
import { isExtension, isPhone } from '@live-calls/shared/phone';
import type { Numbering } from './number.js';
import type { Stay, Stays } from './stays.js';

/** A talk of which only bridges tell is taken back after this silence at the latest, ms. */
const WATCHDOG = 4 * 3_600_000;

/**
 * Talks that no start, dial or hangup belongs to (yet): internal calls until their hangup, and calls of which events
 * were lost. Shown while two people are in one bridge, taken back with the bridge; they never get a final.
 */
export function bridgedTalks(loose: Channel[], facts: Facts, stays: Stays, numbering: Numbering, now: number): Call[] {
  const bridgedOnly = new Set(loose.filter((channel) => !channel.local && !channel.events.some(isStatement)));
  const calls: Call[] = [];
  for (const bridge of facts.bridges.values()) {
    if (bridge.destroyed) continue;
    const members = stays.inBridge(bridge.id).filter((stay) => stay.to === Infinity);
    if (members.length < 2 || !members.every(({ channel }) => bridgedOnly.has(channel))) continue;
    const call = talkIn(bridge.id, members, numbering, now);
    if (call) calls.push(call);
  }
  return calls;
}

const isStatement = (event: { type: string }): boolean => ['start', 'dial', 'hangup'].includes(event.type);

function talkIn(bridge: string, members: Stay[], numbering: Numbering, now: number): Call | null {
  const ends = members.map((stay) => ({ stay, number: farNumber(stay.channel, numbering) }));
  const client = ends.find(({ number }) => isPhone(number));
  // Whoever dialled has the other's number, a department or a line in Exten.
  const caller = client ?? ends.find(({ stay }) => stay.exten !== '') ?? ends[0];
  const callee = ends.find((end) => end !== caller && isExtension(end.number));
  const lastAt = largest(members.flatMap(({ channel }) => channel.events.map((event) => event.at)));
  if (!caller?.number || !callee || now >= lastAt + WATCHDOG) return null;
  const outgoing = client !== undefined && isPhoneOf(callee.stay.exten);
  const since = Math.max(caller.stay.fromAt, callee.stay.fromAt);
  return {
    anchor: (outgoing ? callee : caller).stay.channel.id,
    direction: client ? (outgoing ? 'outgoing' : 'incoming') : 'internal',
    party: caller.number,
    line: client?.stay.channel.trunk ?? '',
    state: 'talk',
    ringing: [],
    rang: [callee.number],
    talked: [callee.number],
    partner: callee.number,
    answered: true,
    startedAt: new Date(since),
    answeredAt: new Date(since),
    endedAt: null,
    talkSeconds: Math.max(0, Math.round((now - since) / 1000)),
    waitSeconds: 0,
    durationSeconds: Math.max(0, Math.round((now - since) / 1000)),
    dataSource: 'live',
    wakeAt: new Date(lastAt + WATCHDOG),
    channels: members.map(({ channel }) => channel.id),
    bridges: [bridge],
  };
}

/** Exten of a manager who dialled out holds the client's number; a line's id has 7 digits, departments fewer. */
const isPhoneOf = (exten: string): boolean => exten.replace(/\D/g, '').length > 7;

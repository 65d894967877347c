import { localTime } from '../../player/localTime.js';
import type { Host } from '../call.js';

export interface Channel {
  id: string;
  /** As Asterisk names it, e.g. `SIP/151-0000001e`. */
  name: string;
  /** Its CallerIDNum. */
  number: string;
  /** Local time. */
  openedAt: string;
  /** It had a start or a dial. */
  isCall: boolean;
}

/** What a host remembers while a script is played on it. */
export interface Scene {
  token: string;
  /** Local time of the line that is being played. */
  now: () => string;
  channelOf: (alias: string) => Channel;
  /** A channel begins; `Local/…` begins two: `<alias>;1` and `<alias>;2`. */
  open: (alias: string, device: string, numbers: readonly string[]) => void;
  /** The id of a bridge, made when it is first named. */
  bridgeOf: (label: string) => string;
  /** CallerIDName of numbers that have one. */
  names: Map<string, string>;
  /** Local times that the script marked. */
  marks: Map<string, string>;
}

/** @param offsetMs how far the call is, by its pace */
export function createScene(host: Host, offsetMs: () => number): Scene {
  const channels = new Map<string, Channel>();
  const bridges = new Map<string, string>();
  const unixMs = (): number => host.beganAt + offsetMs();
  const now = (): string => localTime(unixMs(), host.timezone);
  const add = (alias: string, nameOf: (hex: string) => string, number: string, hex?: string): string => {
    const serial = host.nextChannel();
    const ownHex = hex ?? hexOf(serial);
    const id = `${String(Math.floor(unixMs() / 1_000))}.${String(serial)}`;
    channels.set(alias, { id, name: nameOf(ownHex), number, openedAt: now(), isCall: false });
    return ownHex;
  };
  return {
    token: host.token,
    now,
    names: new Map(),
    marks: new Map(),
    channelOf: (alias) => known(channels.get(alias), `channel ${alias}`),
    open: (alias, device, [number = '', other = '']) => {
      if (!device.startsWith('Local/')) {
        add(alias, (hex) => `${device}-${hex}`, number);
        return;
      }
      const hex = add(`${alias};1`, (own) => `${device}-${own};1`, number);
      add(`${alias};2`, (own) => `${device}-${own};2`, other, hex);
    },
    bridgeOf: (label) => {
      const id = bridges.get(label) ?? host.nextBridge();
      bridges.set(label, id);
      return id;
    },
  };
}

const hexOf = (serial: number): string => (serial >>> 0).toString(16).padStart(8, '0');

/** @throws Error when a script names what it has not introduced */
export function known<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`the script has no ${what}`);
  return value;
}

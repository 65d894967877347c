import type { EventType } from '../scenario.js';
import { known, type Channel, type Scene } from './scene.js';

type Body = Record<string, unknown>;
/** Plays a line of a script; the body of the event that the host sends for it, if any. */
type Verb = (scene: Scene, args: readonly string[]) => Body | undefined;

/** What a script may say that is no event. */
export const SILENT: Readonly<Record<string, (scene: Scene, args: readonly string[]) => void>> = {
  /** `open <alias> <device> <number…>`: a channel begins. */
  open: (scene, [alias = '', device = '', ...numbers]) => scene.open(alias, device, numbers),
  /** `ring <extensions>`: phones ring; their channels are called by their numbers. */
  ring: (scene, [extensions = '']) => ring(scene, extensions.split(',')),
  /** `name <number> <name>`: what CallerIDName says of it. */
  name: (scene, [number = '', name = '']) => scene.names.set(number, name),
  /** Nothing but time passes. */
  wait: () => undefined,
  /** `mark <label>`: a time that a hangup refers to. */
  mark: (scene, [label = '']) => scene.marks.set(label, scene.now()),
};

/** What a script may say, by verb, and the event that it is. Numbers: `?` is unknown, `-` is empty. */
export const VERBS: Readonly<Record<string, { event: EventType; bodyOf: Verb }>> = {
  /** `start <channel> <line>` */
  start: { event: 'start', bodyOf: start },
  /** `dial <CallType> <channel> <phone> <extensions> <line>` */
  dial: { event: 'dial', bodyOf: dial },
  /** `callerid <channel>[=<new number>] <connected> <context> <exten>` */
  callerid: { event: 'new_callerid', bodyOf: callerId },
  /** `create <bridge>` */
  create: { event: 'bridge_create', bodyOf: (scene, [bridge = '']) => bridgeBody(scene, bridge) },
  /** `join <bridge> <channel> <connected> <exten>` */
  join: { event: 'bridge', bodyOf: join },
  /** `leave <bridge> <channel> <connected> <how many stay>` */
  leave: { event: 'bridge_leave', bodyOf: leave },
  /** `destroy <bridge>` */
  destroy: { event: 'bridge_destroy', bodyOf: (scene, [bridge = '']) => bridgeBody(scene, bridge) },
  /** `hangup <CallType> <CallStatus> <channel> <phone> <extensions> <line> [<mark of DateReceived>]` */
  hangup: { event: 'hangup', bodyOf: hangup },
};

function start(scene: Scene, [alias = '', line = '']: readonly string[]): Body {
  const channel = called(scene, alias);
  return { Token: scene.token, UniqueId: channel.id, CallType: 0, Phone: channel.number, Trunk: line };
}

function dial(scene: Scene, [type = '', alias = '', phone = '', extensions = '', line = '']: readonly string[]): Body {
  const channel = called(scene, alias);
  const all = listed(extensions);
  if (type === '0') ring(scene, all);
  return {
    Token: scene.token,
    UniqueId: channel.id,
    CallType: Number(type),
    Phone: text(phone),
    Extensions: all,
    Trunk: text(line),
    ExtTrunk: '',
    ExtPhone: type === '0' ? text(phone) : '',
  };
}

function callerId(scene: Scene, [who = '', connected = '', context = '', exten = '']: readonly string[]): Body {
  const [alias = '', renamed] = who.split('=');
  const channel = scene.channelOf(alias);
  if (renamed !== undefined) channel.number = renamed;
  return { ...ends(scene, channel, connected, '<unknown>'), Context: context, Exten: text(exten) };
}

function join(scene: Scene, [bridge = '', alias = '', connected = '', exten = '']: readonly string[]): Body {
  const body = ends(scene, scene.channelOf(alias), connected, '');
  return { ...body, BridgeUniqueid: scene.bridgeOf(bridge), Exten: text(exten) };
}

function leave(scene: Scene, [bridge = '', alias = '', connected = '', stay = '']: readonly string[]): Body {
  const body = ends(scene, scene.channelOf(alias), connected, '<unknown>');
  return { ...body, BridgeUniqueid: scene.bridgeOf(bridge), BridgeNumChannels: stay };
}

function hangup(scene: Scene, args: readonly string[]): Body {
  const [type = '', status = '', alias = '', phone = '', extensions = '', line = '', mark] = args;
  const channel = scene.channelOf(alias);
  return {
    Token: scene.token,
    UniqueId: channel.id,
    CallType: Number(type),
    CallStatus: status,
    Phone: text(phone),
    Extensions: listed(extensions),
    ...(type === '2' ? {} : { Trunk: text(line) }),
    StartTime: channel.isCall || type === '1' ? channel.openedAt : '',
    DateReceived: mark === undefined ? channel.openedAt : known(scene.marks.get(mark), `mark ${mark}`),
    EndTime: scene.now(),
  };
}

function called(scene: Scene, alias: string): Channel {
  const channel = scene.channelOf(alias);
  channel.isCall = true;
  return channel;
}

function ring(scene: Scene, extensions: readonly string[]): void {
  for (const extension of extensions) {
    if (/^\d{3,4}$/.test(extension)) scene.open(extension, `SIP/${extension}`, [extension]);
  }
}

function ends({ names, token }: Scene, channel: Channel, connected: string, nameless: string): Body {
  return {
    Token: token,
    UniqueId: channel.id,
    Channel: channel.name,
    CallerIDNum: text(channel.number),
    CallerIDName: names.get(channel.number) ?? nameless,
    ConnectedLineNum: text(connected),
    ConnectedLineName: names.get(connected) ?? '<unknown>',
  };
}

function bridgeBody(scene: Scene, bridge: string): Body {
  return {
    Token: scene.token,
    UniqueId: '',
    BridgeUniqueid: scene.bridgeOf(bridge),
    BridgeType: '',
    BridgeTechnology: 'simple_bridge',
    BridgeCreator: '<unknown>',
    BridgeName: '<unknown>',
    BridgeNumChannels: '0',
  };
}

const UNSAID: Readonly<Record<string, string>> = { '-': '', '?': '<unknown>' };

const text = (word: string): string => UNSAID[word] ?? word;

/** Nobody is `[""]`; whoever is named twice rings once. */
const listed = (words: string): string[] => [...new Set(words.split(',').map(text))];

import type { UniqueId } from '@live-calls/shared/contracts';

export type Direction = 'incoming' | 'outgoing' | 'internal';

/** `start`: came in, nobody rings yet · `dial`: somebody rings · `talk`: answered and not over · `final`: over. */
export type CallState = 'start' | 'dial' | 'talk' | 'final';

/** What the fold says about one call. Everything that is shown, counted or sent is derived from this. */
export interface Call {
  /** The UniqueId that stands for the call; it can change while a call is known from bridges alone. */
  anchor: UniqueId;
  direction: Direction;
  /** Client in E.164, of an internal call the calling extension; '' when the caller is not known. */
  party: string;
  /** Line (trunk) id, '' when unknown or internal. */
  line: string;
  state: CallState;
  /** Extensions (and mobiles, `+…`) that ring now, by the latest dial; of an internal call the callee. */
  ringing: string[];
  /** All extensions that rang, in order of appearance. */
  rang: string[];
  /** Extensions and mobiles (`+…`) that the party talked with, in order; more than one: transfers. */
  talked: string[];
  /** Whom the party talks with now or talked with last, '' when nobody is known. */
  partner: string;
  answered: boolean;
  startedAt: Date;
  /** Begin of the first talk. */
  answeredAt: Date | null;
  endedAt: Date | null;
  /** Sum of the talks; null when the call was answered but no bridge was seen. */
  talkSeconds: number | null;
  /** From the call's begin to the first talk, or to the end. */
  waitSeconds: number;
  /** From the call's begin to its end (so far), greeting and ringing included. */
  durationSeconds: number;
  /** `recovery` when the end of the call is known from recovered events only. */
  dataSource: 'live' | 'recovery';
  /** Its end never came: it is over because nothing was heard of it for hours. */
  lost?: boolean;
  /** When time alone will change the call (an ending by silence), null when it will not. */
  wakeAt: Date | null;
  /** What the call was folded from. */
  channels: string[];
  bridges: string[];
}

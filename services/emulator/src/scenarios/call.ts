import type { z } from 'zod';
import type { EventType } from './scenario.js';
import type { Field, Values } from './fields.js';

/** An event as a host posts it, `offset_ms` after the first one. */
export interface TimedEvent {
  event: EventType;
  offset_ms: number;
  body: Record<string, unknown>;
}

/** The host that a call happens on. */
export interface Host {
  token: string;
  /** IANA name: hosts write local times. */
  timezone: string;
  /** When the call begins, unix ms. */
  beganAt: number;
  /** 1 is the usual pace, 2 twice as fast. */
  pace?: number;
  /** Counts the channels of the host: no two calls share one. */
  nextChannel: () => number;
  /** A UUID. */
  nextBridge: () => string;
}

/** A finished call as it must come out. */
export interface ExpectedCall {
  direction: 'incoming' | 'outgoing' | 'internal';
  /** The client in E.164, of an internal call the calling extension. */
  party: string;
  answered: boolean;
  /** Extensions and mobiles (`+…`) that the party talked with, in order. */
  talked: string[];
  /** Extensions; their order does not matter. */
  rang: string[];
}

export interface Expected {
  calls: ExpectedCall[];
  /** That stay in the chat of each subscriber. */
  finalMessages: number;
}

/** One of the 45 kinds of call that people name by code. */
export interface CallScenario {
  /** E.g. `2-1`. */
  code: string;
  /** Russian. */
  title: string;
  /** What happens, one sentence, Russian. */
  story: string;
  /** What has to be chosen to play it. */
  fields: readonly Field[];
  /** Reads what was chosen; its messages are for the operator (Russian). */
  values: z.ZodType<Values>;
  /** The call's events in order. */
  eventsOf: (values: Values, host: Host) => TimedEvent[];
  expectedOf: (values: Values) => Expected;
}

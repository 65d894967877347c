import { z } from 'zod';
import { CRMS } from './crms.js';

/** ISO 8601 with the offset of the enterprise's zone, e.g. `2025-09-30T11:15:00+03:00`. */
const zonedTime = z.iso.datetime({ offset: true });

/** The core's view of a client's call, as it is handed to CRMs. */
export const CallView = z.object({
  /** Of the call: stays the same from its first event to the last correction. */
  id: z.string().min(1),
  /** By what CRMs know the call. */
  external_id: z.string().min(1),
  direction: z.enum(['incoming', 'outgoing']),
  state: z.enum(['start', 'dial', 'talk', 'final']),
  /** The client, E.164 with `+`. */
  phone: z.string().regex(/^\+\d{5,15}$/),
  /** The line (trunk) that the call came or went through; the id is '' when it is not known. */
  line: z.object({ id: z.string(), name: z.string().nullable() }),
  /** Who rings now: extensions, and mobiles of managers (`+…`). */
  ringing: z.array(z.string()),
  /** Who rang at all, in order. */
  rang: z.array(z.string()),
  /** Who talked with the client, in order; more than one: transfers. */
  talked: z.array(z.string()),
  /** Who is answerable: who talked last, else the only one who rang, else ''. */
  extension: z.string(),
  answered: z.boolean(),
  started_at: zonedTime,
  answered_at: zonedTime.nullable(),
  ended_at: zonedTime.nullable(),
  /** IANA zone of the enterprise. */
  zone: z.string().min(1),
  /** Null: answered, but nobody knows for how long. Ringing is no talk. */
  talk_seconds: z.number().nonnegative().nullable(),
  /** From the begin to the first talk, or to the end. */
  wait_seconds: z.number().nonnegative(),
  /** From the begin to the end, so far. */
  duration_seconds: z.number().nonnegative(),
  record_url: z.url().nullable(),
});
export type CallView = z.infer<typeof CallView>;

/** `recovery`: the host told of it later. */
const Origin = z.enum(['live', 'recovery', 'replay']);

/** Body of `POST /dispatch/call-event`. */
export const DispatchedEvent = z.object({
  token: z.string().min(1),
  uniqueId: z.string().min(1).max(200),
  /** `cancel`: what was told of it was not a client's call, or was part of another one. */
  event_type: z.enum(['dial', 'answer', 'hangup', 'cancel']),
  /** What the host sent. */
  raw: z.record(z.string(), z.unknown()),
  record_url: z.url().nullish(),
  origin: Origin.default('live'),
  call: CallView.optional(),
  /** For this CRM alone, and once more although it was accepted before: a replay. */
  target: z.enum(CRMS).optional(),
});
export type DispatchedEvent = z.infer<typeof DispatchedEvent>;

/** Body of `POST /internal/<crm>/call-event`. */
export const CrmCallEvent = z.object({
  enterprise_number: z.string().min(1),
  /** `record`: the recording can be attached to the call that is over. */
  event_type: z.enum(['dial', 'answer', 'hangup', 'cancel', 'record']),
  /** Which attempt of the delivery this is, from 1. */
  attempt: z.int().positive().default(1),
  origin: Origin.default('live'),
  call: CallView,
});
export type CrmCallEvent = z.infer<typeof CrmCallEvent>;

/**
 * What an adapter made of an event. `unavailable`: nobody answered as a CRM should; `limited`: the CRM wants fewer
 * requests; `configuration`: a person must change a setting (`advice` says which); `rejected`: this call is refused;
 * `unknown`: it may have been done and must not be repeated.
 */
export const CrmOutcome = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.literal('done'), notes: z.array(z.string()).default([]) }),
  z.object({
    outcome: z.literal('retry'),
    kind: z.enum(['unavailable', 'limited']),
    error: z.string(),
    retry_after_ms: z.number().nonnegative().optional(),
    /** It says nothing of the CRM: other deliveries need not wait, e.g. for a recording that is still being written. */
    only_this: z.boolean().optional(),
  }),
  z.object({
    outcome: z.literal('dead'),
    kind: z.enum(['configuration', 'rejected', 'unknown']),
    error: z.string(),
    advice: z.string(),
  }),
]);
export type CrmOutcome = z.infer<typeof CrmOutcome>;

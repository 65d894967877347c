import { z } from 'zod';

const text = z.string();
const phone = z.string().regex(/^\d{7,15}$/);
const extension = z.string().regex(/^\d{3,4}$/);
const number = z.string().regex(/^(\+?\d{3,15}|<unknown>|)$/);
const uniqueId = z.string().regex(/^\d{9,10}\.\d+$/);
const line = z.string().regex(/^[A-Za-z0-9_.-]{5,40}$/);
const uuid = z.string().regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
const time = z.string().regex(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
const channel = z.string().regex(/^(SIP\/[A-Za-z0-9_.-]+-[0-9a-f]{8}|Local\/\+?\d+@[a-z0-9_]+-[0-9a-f]{8};[12])$/);

/** Every event may carry it: hosts add it at random. */
const common = { Token: z.string().regex(/^\d+$/), ExternalInitiated: z.literal(true).optional() };
const ends = {
  ...common,
  UniqueId: uniqueId,
  Channel: channel,
  CallerIDNum: number,
  CallerIDName: text,
  ConnectedLineNum: number,
  ConnectedLineName: text,
};
const bridge = z.strictObject({
  ...common,
  UniqueId: z.literal(''),
  BridgeUniqueid: uuid,
  BridgeType: text,
  BridgeTechnology: z.literal('simple_bridge'),
  BridgeCreator: text,
  BridgeName: text,
  BridgeNumChannels: z.literal('0'),
});
const dialled = z.array(z.string().regex(/^\+?\d{3,15}$/)).min(1);
const hangup = {
  ...common,
  UniqueId: uniqueId,
  CallStatus: z.enum(['0', '2']),
  Extensions: z.array(text).min(1),
  DateReceived: time,
  EndTime: time,
};

/** What the body of each event has to look like. */
export const bodies: Readonly<Record<string, z.ZodType>> = {
  start: z.strictObject({ ...common, UniqueId: uniqueId, CallType: z.literal(0), Phone: phone, Trunk: line }),
  dial: z.strictObject({
    ...common,
    UniqueId: uniqueId,
    CallType: z.union([z.literal(0), z.literal(1), z.literal(2)]),
    Phone: z.string().regex(/^(\+?\d{7,15})?$/),
    Extensions: dialled,
    Trunk: z.union([line, z.literal('')]),
    ExtTrunk: z.literal(''),
    ExtPhone: z.union([phone, z.literal('')]),
  }),
  new_callerid: z.strictObject({
    ...ends,
    Context: z.string().regex(/^(from-out-office|inoffice|dialexecute|mngr\d+_\d+|[0-9a-f]{8})$/),
    Exten: number,
  }),
  bridge_create: bridge,
  bridge: z.strictObject({ ...ends, BridgeUniqueid: uuid, Exten: z.union([number, line]) }),
  bridge_leave: z.strictObject({ ...ends, BridgeUniqueid: uuid, BridgeNumChannels: z.enum(['0', '1', '2']) }),
  bridge_destroy: bridge,
  hangup: z.union([
    z.strictObject({
      ...hangup,
      CallType: z.union([z.literal(0), z.literal(1)]),
      Phone: z.union([phone, extension, z.string().regex(/^\+\d+$/)]),
      Trunk: z.union([line, z.literal('')]),
      StartTime: z.union([time, z.literal('')]),
    }),
    z.strictObject({
      ...hangup,
      CallType: z.literal(2),
      Phone: z.union([phone, extension, z.literal('')]),
      StartTime: z.union([time, z.literal('')]),
    }),
  ]),
};

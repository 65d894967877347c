import { z } from 'zod';
import { HttpUrl, LocalTimeMs, PhoneText, Text } from '../crm/fields.js';

/** A reference as the Phone API writes it: not wrapped in `meta`. */
function MetaOf<T extends 'employee' | 'counterparty'>(type: T) {
  const form = new RegExp(`^https?://.+/entity/${type}/[\\da-f]{8}(-[\\da-f]{4}){3}-[\\da-f]{12}$`, 'i');
  return z.strictObject({
    href: z.string().min(1).regex(form, `нужна ссылка на ${type}`),
    type: z.literal(type),
    mediaType: z.literal('application/json').optional(),
    metadataHref: z.string().optional(),
    uuidHref: z.string().optional(),
  });
}

const event = {
  extension: Text,
  sequence: z.int(),
  employee: MetaOf('employee').optional(),
};
const EventInCall = z.strictObject({ ...event, eventType: z.enum(['SHOW', 'STARTTIME', 'HIDE']) });

/** An event on its own may also hide a call from everybody. */
export const CallEvent = z.discriminatedUnion(
  'eventType',
  [EventInCall, z.strictObject({ ...event, eventType: z.literal('HIDE_ALL'), extension: Text.optional() })],
  { error: 'eventType бывает SHOW, STARTTIME, HIDE и HIDE_ALL' },
);
export type CallEvent = z.infer<typeof CallEvent>;

const optional = {
  extension: Text.optional(),
  employee: MetaOf('employee').optional(),
  counterparty: MetaOf('counterparty').optional(),
  endTime: LocalTimeMs.optional(),
  duration: z.int().min(0, 'нужно целое число миллисекунд от нуля').optional(),
  recordUrl: z.array(HttpUrl).optional(),
  comment: z.string().optional(),
  events: z.array(EventInCall).optional(),
};

/** Body of `POST /call`. */
export const NewCall = z.strictObject({
  externalId: Text,
  number: PhoneText,
  isIncoming: z.boolean(),
  startTime: LocalTimeMs,
  ...optional,
});
export type NewCall = z.infer<typeof NewCall>;

/** Body of `PUT /call/…`. */
export const CallUpdate = z.strictObject({
  number: PhoneText.optional(),
  isIncoming: z.boolean().optional(),
  startTime: LocalTimeMs.optional(),
  ...optional,
});
export type CallUpdate = z.infer<typeof CallUpdate>;

import { z } from 'zod';
import { HttpUrl, LocalTime, PhoneText, Text } from '../crm/fields.js';

/** `event` of `telephony/call/event`. */
export const CallEvent = z.strictObject({
  phone: PhoneText,
  type: z.enum(['in', 'out', 'hangup']),
  codes: z.array(Text).optional(),
  userIds: z.array(z.int()).optional(),
  site: Text.optional(),
  hangupStatus: z.enum(['answered', 'busy', 'cancel', 'failed', 'no answered']).optional(),
  externalPhone: z.string().optional(),
  callExternalId: Text.optional(),
  webAnalyticsData: z.looseObject({ campaign: z.string().optional(), queryString: z.string().optional() }).optional(),
});

/** One of `calls` of `telephony/calls/upload`: its results are not those of an event. */
const UploadedCall = z.strictObject({
  date: LocalTime,
  type: z.enum(['in', 'out']),
  phone: PhoneText,
  code: Text.optional(),
  userId: z.int().optional(),
  result: z.enum(['answered', 'busy', 'failed', 'no answer', 'not allowed', 'unknown']).optional(),
  duration: z.int().min(0, 'нужно целое число секунд от нуля').optional(),
  durationWaiting: z.int().min(0, 'нужно целое число секунд от нуля').optional(),
  externalId: Text.optional(),
  recordUrl: HttpUrl.optional(),
  source: z.string().optional(),
  externalPhone: z.string().optional(),
  site: Text.optional(),
  clientId: z.string().optional(),
});
export type UploadedCall = z.infer<typeof UploadedCall>;

export const Upload = z.strictObject({ calls: z.array(UploadedCall).min(1, 'нужен хотя бы один звонок') });

const Telephony = z.strictObject({
  makeCallUrl: HttpUrl.optional(),
  allowEdit: z.boolean().optional(),
  inputEventSupported: z.boolean().optional(),
  outputEventSupported: z.boolean().optional(),
  hangupEventSupported: z.boolean().optional(),
  changeUserStatusUrl: HttpUrl.optional(),
  additionalCodes: z.array(z.strictObject({ userId: z.union([z.int(), Text]), code: Text })).optional(),
  externalPhones: z.array(z.strictObject({ siteCode: Text.optional(), externalPhone: PhoneText })).optional(),
});

/** `integrationModule` of `integration-modules/{code}/edit`: other kinds of modules have fields of their own. */
export const IntegrationModule = z.looseObject({
  code: Text,
  integrationCode: Text.optional(),
  name: Text.optional(),
  active: z.boolean().optional(),
  integrations: z.looseObject({ telephony: Telephony.optional() }).optional(),
});

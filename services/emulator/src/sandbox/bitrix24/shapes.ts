import { z } from 'zod';
import { HttpUrl, PhoneText, Text, WholeNumber } from '../crm/fields.js';

const Flag = z.union([z.literal([0, 1]), z.literal(['0', '1', 'Y', 'N'])], { error: 'нужно 0 или 1' });
const Seconds = WholeNumber.pipe(z.int().min(0, 'нужно целое число секунд от нуля'));
const Cost = z.union([z.number(), z.string().regex(/^\d+(\.\d+)?$/, 'нужна сумма')], { error: 'нужна сумма' });
const Users = z.union([WholeNumber, z.array(WholeNumber)], { error: 'нужен номер пользователя или список номеров' });

/** `Y-m-dTH:i:s` with an offset: without one the portal guesses. */
const IsoTime = z.iso.datetime({ offset: true, error: 'нужно время ISO 8601 со смещением' });

const userOrExtension = { USER_ID: WholeNumber.optional(), USER_PHONE_INNER: z.coerce.string().optional() };

/** Codes of the documentation; whatever else is sent is taken too. */
const STATUS_CODES = [
  '200',
  '304',
  '402',
  '403',
  '404',
  '423',
  '480',
  '484',
  '486',
  '503',
  '603',
  '603-S',
  'OTHER',
] as const;

export const Register = z.strictObject({
  ...userOrExtension,
  PHONE_NUMBER: PhoneText,
  TYPE: WholeNumber.pipe(z.literal([1, 2, 3, 4, 5])),
  CALL_START_DATE: IsoTime.optional(),
  CRM_CREATE: Flag.optional(),
  CRM_SOURCE: z.string().optional(),
  CRM_ENTITY_TYPE: z.enum(['CONTACT', 'COMPANY', 'LEAD', 'DEAL']).optional(),
  CRM_ENTITY_ID: WholeNumber.optional(),
  SHOW: Flag.optional(),
  ADD_TO_CHAT: Flag.optional(),
  CALL_LIST_ID: WholeNumber.optional(),
  LINE_NUMBER: z.string().optional(),
  EXTERNAL_CALL_ID: z.string().optional(),
});

export const Finish = z.strictObject({
  ...userOrExtension,
  CALL_ID: Text,
  DURATION: Seconds.optional(),
  STATUS_CODE: z.enum(STATUS_CODES).optional(),
  FAILED_REASON: z.string().optional(),
  COST: Cost.optional(),
  COST_CURRENCY: z.string().optional(),
  VOTE: WholeNumber.pipe(z.int().min(0, 'нужна оценка от 0 до 5').max(5, 'нужна оценка от 0 до 5')).optional(),
  ADD_TO_CHAT: Flag.optional(),
  RECORD_URL: HttpUrl.optional(),
});

export const ShowOrHide = z.strictObject({ CALL_ID: Text, USER_ID: Users.optional() });

export const AttachRecord = z.strictObject({
  CALL_ID: Text,
  FILENAME: z.string().optional(),
  FILE_CONTENT: z.string().optional(),
  RECORD_URL: HttpUrl.optional(),
});

export const SearchEntities = z.strictObject({ PHONE_NUMBER: PhoneText });

export const FindByComm = z.strictObject({
  type: z.enum(['PHONE', 'EMAIL']),
  values: z.array(Text).max(20, 'нужно не больше 20 значений'),
  entity_type: z.enum(['LEAD', 'CONTACT', 'COMPANY']).optional(),
});

export const GetEntity = z.strictObject({ id: WholeNumber });

export const GetItem = z.strictObject({
  entityTypeId: WholeNumber,
  id: WholeNumber,
  useOriginalUfNames: z.union([z.boolean(), z.enum(['Y', 'N'])]).optional(),
});

export const ListItems = z.strictObject({
  entityTypeId: WholeNumber,
  select: z.array(z.string()).optional(),
  filter: z.record(z.string(), z.unknown()).optional(),
  order: z.record(z.string(), z.string()).optional(),
  start: WholeNumber.optional(),
  useOriginalUfNames: z.union([z.boolean(), z.enum(['Y', 'N'])]).optional(),
});

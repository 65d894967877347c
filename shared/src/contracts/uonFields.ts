import { z } from 'zod';

const name = z.string().trim().min(1, 'is empty');
const optional = (known: string) => name.nullable().default(known);
const code = (known: string) => z.union([name, z.number().transform(String)]).default(known);

/**
 * How U-ON calls the fields of a call beside `phone` and `start`: known by hearsay only, so each can be renamed, or left
 * out with null.
 */
export const UonCallFields = z.strictObject({
  /** Seconds of talk. */
  duration: optional('duration'),
  direction: optional('direction'),
  record_link: optional('record_link'),
  manager_id: optional('manager_id'),
  note: optional('note'),
});

/** How U-ON calls the fields of a notification. */
export const UonNotificationFields = z.strictObject({
  text: name.default('text'),
  manager_id: name.default('manager_id'),
});

/** What U-ON writes for a call's direction. */
export const UonDirections = z.strictObject({ incoming: code('2'), outgoing: code('1') });

import { z } from 'zod';

/** Fields as several CRMs want them. Their messages are read in «поле x: …, а пришло …». */

export const Text = z.string().min(1);

/** Written in any of the usual ways. */
export const PhoneText = z
  .string()
  .min(1)
  .regex(/^\+?[\d\s()-]{3,25}$/, 'нужен номер телефона');

export const HttpUrl = z
  .string()
  .min(1)
  .regex(/^https?:\/\/\S+$/, 'нужна ссылка http(s)');

/** A form knows text only. */
export const WholeNumber = z
  .union([z.int(), z.string().regex(/^-?\d+$/, 'нужно целое число')], { error: 'нужно целое число' })
  .transform(Number);

/** `Y-m-d H:i:s`, without a zone. */
export const LocalTime = z
  .string()
  .min(1)
  .refine((text) => isTime(text, /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/), 'нужно время вида 2026-01-31 09:05:00');

/** With milliseconds. */
export const LocalTimeMs = z
  .string()
  .min(1)
  .refine(
    (text) => isTime(text, /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}$/),
    'нужно время вида 2026-01-31 09:05:00.000',
  );

function isTime(text: string, form: RegExp): boolean {
  if (!form.test(text)) return false;
  const iso = `${text.slice(0, 10)}T${text.slice(11, 19)}`;
  const moment = new Date(`${iso}Z`);
  return !Number.isNaN(moment.getTime()) && moment.toISOString().startsWith(iso);
}

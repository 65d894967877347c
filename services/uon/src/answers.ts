import { z } from 'zod';
import { plainText } from './plainText.js';

/** Missing, null, a number or with HTML's entities: text all the same, '' when there is none. */
const text = z
  .union([z.string(), z.number()])
  .nullish()
  .transform((value) => plainText(String(value ?? '')));

/** Ids are numbers in some answers and texts in others; 0 is nobody. */
const id = text.transform((value) => (/^[1-9]\d*$/.test(value) ? value : null));

const flag = z.union([z.boolean(), z.number(), z.string()]).nullish();
const isSet = (value: z.infer<typeof flag>, unless: boolean): boolean =>
  value === null || value === undefined ? unless : value === true || Number(value) === 1;

const isIn = { active: flag, deleted: flag };

/** A client in `user/phone`. */
export const Tourist = z
  .looseObject({
    ...{ u_surname: text, u_name: text, u_sname: text, u_company: text },
    ...{ u_phone: text, u_phone_mobile: text, u_phone_home: text },
    manager_id: id,
    ...isIn,
  })
  .transform(({ active, deleted, ...rest }) => ({
    ...rest,
    active: isSet(active, true),
    deleted: isSet(deleted, false),
  }));
export type Tourist = z.infer<typeof Tourist>;

/** An employee in `manager`. */
export const Manager = z
  .looseObject({ u_id: id, ip_internal_number: text, u_phone: text, u_phone_mobile: text, ...isIn })
  .transform(({ u_id, ip_internal_number, u_phone, u_phone_mobile, active, deleted }) => ({
    id: u_id,
    /** One as a rule; people write several with a comma. */
    extensions: ip_internal_number.split(/[\s,;]+/).filter((extension) => extension !== ''),
    phones: [u_phone, u_phone_mobile].filter((phone) => phone !== ''),
    works: isSet(active, true) && !isSet(deleted, false),
  }));
export type Manager = z.infer<typeof Manager>;

/** What every answer may say beside its status. */
export const Result = z.looseObject({ result: z.coerce.number().optional().catch(undefined) });

export const Created = z.looseObject({ id: id.optional() });

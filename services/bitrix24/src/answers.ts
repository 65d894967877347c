import { z } from 'zod';

/** Ids are numbers in some answers and texts in others; 0, '' and null are nobody. */
const id = z
  .union([z.string(), z.number()])
  .nullish()
  .transform((value) => (/^[1-9]\d*$/.test(String(value)) ? String(value) : null));

const text = z
  .union([z.string(), z.number()])
  .nullish()
  .transform((value) => String(value ?? '').trim() || null);

/** PHP writes an empty map as an empty list. */
const orEmpty = <T extends z.ZodType>(shape: T) => z.union([shape, z.tuple([]).transform(() => null)]);

/** Around every result. */
export const Envelope = z.looseObject({
  result: z.unknown().optional(),
  time: z.looseObject({ operating_reset_at: z.number() }).optional().catch(undefined),
});

export const Registered = z.looseObject({
  CALL_ID: z.string().min(1),
  LEAD_CREATION_ERROR: z.string().nullish(),
});

export const Finished = z.looseObject({ CRM_ACTIVITY_ID: id });

/** Of `show` and `hide`; false: there is no such call any more. */
export const Shown = z.boolean();

export const Attached = z.looseObject({ FILE_ID: id });

/** Where a file is to be sent, and as which field. */
export const Upload = z.looseObject({ uploadUrl: z.url(), fieldName: z.string().min(1) });

const Kind = z.enum(['CONTACT', 'COMPANY', 'LEAD']);
export type Kind = z.infer<typeof Kind>;

/** Who has a phone, in the portal's order. Kinds that are nobody's, such as deals, are left out. */
export const FoundEntities = z
  .array(
    z.looseObject({
      CRM_ENTITY_TYPE: z.string(),
      CRM_ENTITY_ID: id,
      ASSIGNED_BY_ID: id,
      NAME: text,
      ASSIGNED_BY: orEmpty(z.looseObject({ USER_PHONE_INNER: text })).nullish(),
    }),
  )
  .transform((found) =>
    found.flatMap((each) => {
      const kind = Kind.safeParse(each.CRM_ENTITY_TYPE).data;
      if (kind === undefined || each.CRM_ENTITY_ID === null) return [];
      return [
        {
          kind,
          id: each.CRM_ENTITY_ID,
          name: each.NAME,
          assignedTo: each.ASSIGNED_BY_ID,
          extension: each.ASSIGNED_BY?.USER_PHONE_INNER ?? null,
        },
      ];
    }),
  );
export type FoundEntity = z.infer<typeof FoundEntities>[number];

/** Ids by kind, of `crm.duplicate.findbycomm`. */
export const Duplicates = orEmpty(z.partialRecord(Kind, z.array(id))).transform((found) => found ?? {});

/** A contact, company or lead, of `crm.item.get`. */
export const Item = z.looseObject({
  item: z.looseObject({
    name: text,
    lastName: text,
    secondName: text,
    /** Of a company its name; of a lead its heading. */
    title: text,
    companyTitle: text,
    assignedById: id,
  }),
});
export type Item = z.infer<typeof Item>['item'];

/** Employees, of `user.get`. */
export const Employees = z.array(
  z.looseObject({ ID: id, ACTIVE: z.union([z.boolean(), z.string()]).nullish(), UF_PHONE_INNER: text }),
);
export type Employee = z.infer<typeof Employees>[number];

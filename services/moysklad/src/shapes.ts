import { z } from 'zod';

/** A reference to another object, as the Phone API writes it. */
export const Reference = z.looseObject({ href: z.string().min(1) });
export type Reference = z.infer<typeof Reference>;

/** A call as the Phone API shows it; of its fields those that are looked at. */
export const StoredCall = z.looseObject({
  id: z.string().min(1),
  externalId: z.string(),
  extension: z.string().nullish(),
  employee: Reference.nullish(),
  comment: z.string().nullish(),
  recordUrl: z.array(z.string()).nullish(),
});
export type StoredCall = z.infer<typeof StoredCall>;

/** `extention`: the API's own spelling. */
export const Employees = z.looseObject({
  employees: z.array(z.looseObject({ meta: Reference, extention: z.string().nullish() })),
});

const ContactPerson = z.looseObject({ name: z.string().nullish(), phone: z.string().nullish() });

/** A counterparty of Remap; of its fields those that are looked at. */
export const Counterparty = z.looseObject({
  id: z.string().min(1),
  name: z.string(),
  archived: z.boolean().nullish(),
  /** `legal`, `entrepreneur`, `individual`. */
  companyType: z.string().nullish(),
  legalLastName: z.string().nullish(),
  legalFirstName: z.string().nullish(),
  legalMiddleName: z.string().nullish(),
  phone: z.string().nullish(),
  owner: z.looseObject({ meta: Reference }).nullish(),
  /** The persons themselves only when they were asked for (`expand`). */
  contactpersons: z.looseObject({ rows: z.array(ContactPerson).nullish() }).nullish(),
});
export type Counterparty = z.infer<typeof Counterparty>;

export const Counterparties = z.looseObject({ rows: z.array(Counterparty) });

/** What both APIs say when they refuse. */
export const VendorErrors = z.looseObject({
  errors: z.array(
    z.looseObject({ error: z.string().default(''), code: z.number().optional(), error_message: z.string().optional() }),
  ),
});

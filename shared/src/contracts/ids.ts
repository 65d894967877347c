import { z } from 'zod';

/** Number of a tenant, e.g. `0367`. Only ever looked up, never cut out of a token. */
export const EnterpriseNumber = z.string().min(1).brand<'EnterpriseNumber'>();
export type EnterpriseNumber = z.infer<typeof EnterpriseNumber>;

/** What a tenant's host identifies itself with: digits, `enterprises.name2`. */
export const Token = z.string().min(1).brand<'Token'>();
export type Token = z.infer<typeof Token>;

/** `<epoch>.<n>`: id of an Asterisk channel, not of a call. */
export const UniqueId = z.string().brand<'UniqueId'>();
export type UniqueId = z.infer<typeof UniqueId>;

/** A phone in E.164 with `+`. */
export const Phone = z
  .string()
  .regex(/^\+\d{5,15}$/)
  .brand<'Phone'>();
export type Phone = z.infer<typeof Phone>;

/** Internal number of a manager: 3 or 4 digits. */
export const Extension = z
  .string()
  .regex(/^\d{3,4}$/)
  .brand<'Extension'>();
export type Extension = z.infer<typeof Extension>;

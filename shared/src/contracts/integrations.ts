import { z } from 'zod';
import { CRM_FACTS, CRMS, crmOfSection, type Crm } from './crms.js';
import { isSealed } from './sealed.js';
import { UonCallFields, UonDirections, UonNotificationFields } from './uonFields.js';

const text = (what: string) =>
  z
    .string({ error: `${what} is missing` })
    .trim()
    .min(1, `${what} is empty`);

/** People write 11 and "11". */
const numeric = (what: string) => z.coerce.number().int().positive(`${what} must be a number`);

const key = z.union([z.string(), z.number()]).transform(String);

const enabled = z.union([z.boolean(), z.stringbool()]).default(false);

const webAddress = (what: string) =>
  text(what)
    .transform((address) => (/^[a-z]+:\/\//i.test(address) ? address : `https://${address}`).replace(/\/+$/, ''))
    .pipe(z.url({ protocol: /^https?$/, error: `${what} must be an address such as https://example.com` }));

/** An address with a key in it: encrypted, or as it is. */
const secretAddress = (what: string) =>
  text(what).transform((address, context) => {
    if (isSealed(address)) return address;
    const read = webAddress(what).safeParse(address);
    if (read.success) return read.data;
    context.addIssue(read.error.issues[0]?.message ?? `${what} is not an address`);
    return z.NEVER;
  });

/** IANA zone, e.g. `Europe/Minsk`. */
const timeZone = z.string().refine(isTimeZone, 'must be a time zone such as Europe/Minsk');

/** The person's id in the CRM → extension. */
const userExtensions = z.record(z.string(), key).default({});

/** The sections of `integrations_config`. Unknown keys are kept: somebody put them there. */
export const SECTIONS = {
  retailcrm: z.looseObject({
    enabled,
    domain: webAddress('domain'),
    api_key: text('api_key'),
    site: z.string().trim().min(1).nullish(),
    user_extensions: userExtensions,
    default_user_id: numeric('default_user_id').nullish(),
  }),
  moysklad: z.looseObject({
    enabled,
    phone_api_url: webAddress('phone_api_url').default('https://api.moysklad.ru/api/phone/1.0'),
    api_url: webAddress('api_url').default('https://api.moysklad.ru/api/remap/1.2'),
    integration_code: text('integration_code'),
    api_token: text('api_token'),
    employee_mapping: z
      .record(z.string(), z.looseObject({ employee_id: text('employee_id'), name: z.string().nullish() }))
      .default({}),
    /** In which the Phone API reads times. */
    timezone: timeZone.default('Europe/Moscow'),
    /** Units of the account's 45 in 3 s that a request to Remap costs: 1 with a solution's token, up to 4 with a user's. */
    request_weight: numeric('request_weight').max(45, 'request_weight must be 45 at most').default(4),
  }),
  uon: z.looseObject({
    enabled,
    api_url: webAddress('api_url').default('https://api.u-on.ru'),
    api_key: text('api_key'),
    user_extensions: userExtensions,
    /** In which its times are read; unset: the enterprise's. */
    timezone: timeZone.nullish(),
    /** What the account lets through. */
    requests_per_second: numeric('requests_per_second').default(10),
    call_fields: UonCallFields.prefault({}),
    notification_fields: UonNotificationFields.prefault({}),
    directions: UonDirections.prefault({}),
  }),
  bitrix24: z.looseObject({
    enabled,
    incoming_webhook: secretAddress('incoming_webhook'),
    user_extensions: userExtensions,
    default_user_id: numeric('default_user_id').nullish(),
    crm_create: z.union([z.boolean(), z.stringbool()]).default(false),
    /** The portal's limit: so many requests at once, and so many a second. Enterprise plans have 250 and 5. */
    request_burst: numeric('request_burst').default(50),
    requests_per_second: numeric('requests_per_second').default(2),
    /** How long after the hangup the recording is attached: by then hosts have it as a file. */
    record_after_seconds: numeric('record_after_seconds').default(15),
  }),
} as const satisfies Record<Crm, z.ZodType>;

export type Section<C extends Crm> = z.infer<(typeof SECTIONS)[C]>;

/**
 * How long after the hangup a recording is handed over by a delivery of its own.
 *
 * @returns milliseconds; undefined: the CRM gets its link with the hangup
 */
export function recordAfterMs({ sections }: Integrations, crm: Crm): number | undefined {
  const seconds = crm === 'bitrix24' ? sections[crm]?.record_after_seconds : undefined;
  return seconds === undefined ? undefined : seconds * 1_000;
}

/** Fields whose values nobody may read, and which may be stored encrypted: key, token, or an address with a key in it. */
export const SECRET_FIELDS: Readonly<Record<Crm, readonly string[]>> = {
  retailcrm: ['api_key'],
  moysklad: ['api_token', 'integration_code'],
  uon: ['api_key'],
  bitrix24: ['incoming_webhook'],
};

export interface Integrations {
  /** Sections that can be read, enabled or not. */
  sections: { [C in Crm]?: Section<C> };
  enabled: Crm[];
  /** Whom names are asked of: `smart.primary` when it is enabled, else the only enabled one, else null. */
  primary: Crm | null;
  /** What is wrong with sections that cannot be read. */
  problems: { section: string; problem: string }[];
}

/**
 * Reads `enterprises.integrations_config`, which people edit by hand: sections may be missing, null, JSON in a string,
 * or broken; what is broken is told and does not touch the others.
 */
export function readIntegrations(config: unknown): Integrations {
  const found: Integrations = { sections: {}, enabled: [], primary: null, problems: [] };
  const whole = objectOf(config);
  if (whole === undefined) {
    if (config !== null && config !== undefined) found.problems.push({ section: '', problem: 'is not an object' });
    return found;
  }
  for (const crm of CRMS) readSection(found, crm, whole[CRM_FACTS[crm].section]);
  const wanted = objectOf(whole['smart'])?.['primary'];
  const primary = typeof wanted === 'string' ? crmOfSection(wanted) : undefined;
  if (primary !== undefined) found.primary = found.enabled.includes(primary) ? primary : null;
  else found.primary = found.enabled.length === 1 ? (found.enabled[0] ?? null) : null;
  return found;
}

function readSection(found: Integrations, crm: Crm, value: unknown): void {
  if (value === null || value === undefined) return;
  const section = objectOf(value);
  const parsed = SECTIONS[crm].safeParse(section);
  if (parsed.success) {
    Object.assign(found.sections, { [crm]: parsed.data });
    if (parsed.data.enabled) found.enabled.push(crm);
  } else {
    const problem = section === undefined ? 'is not an object' : sentence(parsed.error);
    found.problems.push({ section: CRM_FACTS[crm].section, problem });
  }
}

/** All problems of a section in one line. */
export const sentence = (error: z.ZodError): string =>
  error.issues.map(({ path, message }) => (path.length > 0 ? `${path.join('.')}: ${message}` : message)).join('; ');

/** An object, or one written as JSON in a string. */
export function objectOf(value: unknown): Record<string, unknown> | undefined {
  if (typeof value === 'string') {
    try {
      return objectOf(JSON.parse(value) as unknown);
    } catch {
      return undefined;
    }
  }
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

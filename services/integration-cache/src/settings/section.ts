import {
  CRM_FACTS,
  CRMS,
  crmOfSection,
  objectOf,
  SECTIONS,
  sentence,
  stillMasked,
  withStoredSecrets,
} from '@live-calls/shared/contracts';
import { z } from 'zod';
import { Refusal } from '../refusal.js';

const SECTION_NAMES = CRMS.map((crm) => CRM_FACTS[crm].section);

const Smart = z.looseObject({
  primary: z.enum(SECTION_NAMES, { error: `primary must be one of ${SECTION_NAMES.join(', ')}` }).nullish(),
});

/** Who is who in the CRM: whoever saves another setting and does not mention them does not mean to lose them. */
const MAPS = ['user_extensions', 'employee_mapping'];

/** Whether `integrations_config` has a section of this name. */
export const isSection = (name: string): boolean => name === 'smart' || SECTION_NAMES.includes(name);

/**
 * The section to store, as it was given but for masked secrets and maps that are not mentioned: they stay as stored.
 *
 * @throws Refusal 422 that says what is wrong
 */
export function sectionToStore(name: string, given: unknown, stored: unknown): Record<string, unknown> {
  const section = objectOf(withStoredSecrets(name, given, stored));
  if (section === undefined) throw new Refusal(422, `${name}: is not an object`);
  const masked = stillMasked(name, section);
  if (masked.length > 0) throw new Refusal(422, `${name}: ${masked.join(', ')}: masked, give the whole value`);
  const crm = crmOfSection(name);
  const parsed = (crm === undefined ? Smart : SECTIONS[crm]).safeParse(section);
  if (!parsed.success) throw new Refusal(422, `${name}: ${sentence(parsed.error)}`);
  return { ...mapsOf(objectOf(stored)), ...section };
}

const mapsOf = (stored: Record<string, unknown> = {}): Record<string, unknown> =>
  Object.fromEntries(MAPS.filter((map) => objectOf(stored[map]) !== undefined).map((map) => [map, stored[map]]));

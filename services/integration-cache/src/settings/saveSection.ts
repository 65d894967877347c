import type pg from 'pg';
import type { EnterpriseNumber } from '@live-calls/shared/contracts';
import { inTransaction, lockIntegrations, saveIntegration } from '@live-calls/shared/db';
import { openWhatOpens, sealSection, type Secrets } from '@live-calls/shared/runtime';
import { Refusal } from '../refusal.js';
import { sectionToStore } from './section.js';

/**
 * Replaces one section of an enterprise's settings and keeps the others. Settings that are no object are repaired.
 *
 * @returns the section, secrets included; in the database they are encrypted
 * @throws Refusal
 */
export function saveSection(
  { pool, secrets }: { pool: pg.Pool; secrets: Secrets },
  enterpriseNumber: EnterpriseNumber,
  section: string,
  given: unknown,
): Promise<Record<string, unknown>> {
  return inTransaction(pool, async (client) => {
    const config = await lockIntegrations(client, enterpriseNumber);
    if (config === undefined) throw new Refusal(404, 'Enterprise not found');
    const { sections, values } = unfold(config);
    const value = sectionToStore(section, given, openWhatOpens(secrets, section, values[section]));
    await saveIntegration(client, enterpriseNumber, {
      sections,
      section,
      value: JSON.stringify(sealSection(secrets, section, value)),
    });
    return value;
  });
}

/**
 * The object in a JSON text, or in a string in it. Its text goes back as it is: through JavaScript, long numbers would
 * come out different.
 */
function unfold(json: string): { sections: string; values: Record<string, unknown> } {
  try {
    const value: unknown = JSON.parse(json);
    if (typeof value === 'string') return unfold(value);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return { sections: json, values: value as Record<string, unknown> };
    }
  } catch {
    // Broken: nothing in it can be kept.
  }
  return { sections: '{}', values: {} };
}

import type { ClientProfile } from '@live-calls/shared/contracts';
import type { CrmContext } from '@live-calls/shared/runtime';
import type { MoyskladClient } from './client.js';
import { profileOf } from './profile.js';

/** As many digits as national numbers of our countries have in common. */
const SUFFIX_DIGITS = 9;

/**
 * Searches counterparties and their contact persons by the digits of a phone; then by its last digits, which finds what is
 * stored in a national spelling (8…).
 *
 * @param phone E.164
 */
export async function findClient(
  { config, enterprise }: CrmContext<'moysklad'>,
  client: MoyskladClient,
  phone: string,
): Promise<ClientProfile | null> {
  const digits = phone.slice(1);
  for (const query of [{ search: digits }, { filter: `phone=~${digits.slice(-SUFFIX_DIGITS)}` }]) {
    const rows = await client.findCounterparties(query);
    const current = [...rows.filter(({ archived }) => archived !== true), ...rows.filter(({ archived }) => archived)];
    for (const row of current) {
      const profile = profileOf(row, phone, enterprise.country, config);
      if (profile !== undefined) return profile;
    }
  }
  return null;
}

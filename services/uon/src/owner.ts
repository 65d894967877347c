import type { CrmContext } from '@live-calls/shared/runtime';
import type { Tourist } from './answers.js';
import type { UonClient } from './client.js';
import { ownerOf, spellingsOf } from './mapping.js';

/**
 * The client with this phone, however it was typed in.
 *
 * @param phone E.164
 * @returns undefined: U-ON answered that it knows nobody
 */
export async function findOwner(
  { enterprise }: Pick<CrmContext<'uon'>, 'enterprise'>,
  client: UonClient,
  phone: string,
): Promise<Tourist | undefined> {
  for (const digits of spellingsOf(phone)) {
    const owner = ownerOf(await client.findTourists(digits), phone, enterprise.country);
    if (owner !== undefined) return owner;
  }
  return undefined;
}

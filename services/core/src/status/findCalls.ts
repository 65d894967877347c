import { callsByPhone, callsByUniqueId, enterpriseNames, type FoundCall, type Queryable } from '@live-calls/shared/db';
import { readNumber } from '@live-calls/shared/phone';

const PHONE = /^[+\d\s().-]+$/;
const UNIQUE_ID = /^\d{9,}\.\d+$/;

/**
 * Calls by a UniqueId or a phone in any spelling, the newest first.
 *
 * @param enterprise number; undefined: all of them
 */
export async function findCalls(db: Queryable, query: string, enterprise: string | undefined): Promise<FoundCall[]> {
  const enterprises = (await enterpriseNames(db)).filter(
    ({ number }) => enterprise === undefined || number === enterprise,
  );
  if (UNIQUE_ID.test(query) || !PHONE.test(query)) {
    const numbers = enterprises.map(({ number }) => number);
    return callsByUniqueId(db, numbers, query);
  }
  const spellings = enterprises
    .map(({ number, country }) => ({ number, phone: readNumber(query, country) }))
    .filter(({ phone }) => phone !== '');
  return callsByPhone(db, spellings);
}

import type { ClientProfile, Crm, EnterpriseNumber } from '../contracts/index.js';
import type { Queryable } from './pool.js';
import { prepared } from './prepared.js';

/** What a CRM said of a phone. */
export interface StoredProfile {
  crm: Crm;
  /** Null: the CRM answered that it knows nobody. */
  profile: ClientProfile | null;
  /** How long ago it said so. */
  ageMs: number;
}

/** Keeps what a CRM answered, null for "nobody". "No answer" is never to be kept: it says nothing of the client. */
export async function saveClientProfile(
  client: Queryable,
  enterpriseNumber: EnterpriseNumber,
  phone: string,
  crm: Crm,
  profile: ClientProfile | null,
): Promise<void> {
  await client.query(
    prepared(
      `insert into client_profiles (enterprise_number, phone, crm, found, last_name, first_name, middle_name,
       enterprise_name, extension)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
     on conflict (enterprise_number, phone) do update
     set crm = excluded.crm, found = excluded.found, last_name = excluded.last_name,
         first_name = excluded.first_name, middle_name = excluded.middle_name,
         enterprise_name = excluded.enterprise_name, extension = excluded.extension, looked_up_at = now()`,
      [
        enterpriseNumber,
        phone,
        crm,
        profile !== null,
        profile?.last_name ?? null,
        profile?.first_name ?? null,
        profile?.middle_name ?? null,
        profile?.enterprise_name ?? null,
        profile?.extension ?? null,
      ],
    ),
  );
}

/**
 * What a CRM, whichever it was, last said of the phone, however long ago.
 *
 * @returns null when none was asked yet, or none has answered
 */
export async function findClientProfile(
  client: Queryable,
  enterpriseNumber: EnterpriseNumber,
  phone: string,
): Promise<StoredProfile | null> {
  const { rows } = await client.query<ClientProfile & { crm: Crm; found: boolean; age_ms: number }>(
    prepared(
      `select crm, found, last_name, first_name, middle_name, enterprise_name, extension,
       (extract(epoch from now() - looked_up_at) * 1000)::float8 as age_ms
     from client_profiles where enterprise_number = $1 and phone = $2`,
      [enterpriseNumber, phone],
    ),
  );
  const [row] = rows;
  if (row === undefined) return null;
  const { crm, found, age_ms: ageMs, ...profile } = row;
  return { crm, profile: found ? profile : null, ageMs };
}

/** Removes up to 1000 answers that are older than `days`: whoever calls again is asked for anew. @returns how many */
export async function removeOldClientProfiles(client: Queryable, days: number): Promise<number> {
  const { rowCount } = await client.query(
    `delete from client_profiles where (enterprise_number, phone) in (
       select enterprise_number, phone from client_profiles
       where looked_up_at < now() - $1 * interval '1 day'
       order by looked_up_at limit 1000 for update skip locked)`,
    [days],
  );
  return rowCount ?? 0;
}

import type { CallToShow } from '../notify/callToShow.js';
import type { Tenant } from '../tenants/tenant.js';

/** A call that changed, and what is known of its client's CRM. */
export interface KnownCall {
  shown: CallToShow;
  /** E.164; '' when it is no client's call, or the phone is not known. */
  phone: string;
  /** How long ago the CRM told of the client; null: never. */
  profileAgeMs: number | null;
}

/** A call whose client the CRM is to be asked about. */
export interface Unasked {
  uuid: string;
  phone: string;
  /** As it is shown so far. */
  clientName: string | null;
}

/** What the CRM said is good enough for so long. */
const FRESH_MS = 3_600_000;

/** The changed calls whose client's name is not known, or not fresh; none of tenants without a CRM to ask. */
export function unaskedOf(tenant: Pick<Tenant, 'primaryCrm'>, calls: readonly KnownCall[]): Unasked[] {
  if (tenant.primaryCrm === null) return [];
  return calls
    .filter(({ shown, phone }) => phone !== '' && !shown.retracted)
    .filter(({ profileAgeMs }) => profileAgeMs === null || profileAgeMs > FRESH_MS)
    .map(({ shown, phone }) => ({ uuid: shown.uuid, phone, clientName: shown.clientName }));
}

import type { ClientProfile, Crm } from '@live-calls/shared/contracts';

/** What is known of the owner of a phone. */
export interface Client {
  /** Null: nobody knows the phone. */
  profile: ClientProfile | null;
  /** Who said so; null for nobody. */
  source: Crm | 'customers' | null;
  /** It may be otherwise by now: the one to ask did not answer. */
  stale: boolean;
}

export const NOBODY: Client = { profile: null, source: null, stale: false };

import type { Crm, EnterpriseNumber, Token } from '@live-calls/shared/contracts';

export interface Manager {
  extension: string;
  lastName: string;
  firstName: string;
  middleName: string;
}

export interface Line {
  id: string;
  name: string | null;
  /** `<prefix>{N}`: take the last N digits of a caller's number and prepend the prefix. */
  incomingTransform: string | null;
}

/** A tenant as the database knows it; a snapshot, never changed in place. */
export interface Tenant {
  number: EnterpriseNumber;
  name: string;
  token: Token;
  /** IANA zone, e.g. `Europe/Minsk`. */
  timezone: string;
  /** ISO 3166-1 alpha-2, e.g. `BY`: how national spellings of phones are read. */
  country: string;
  /** Where the tenant's host serves recordings, `{unique_id}` in it; null: it does not. */
  recordingsUrl: string | null;
  /** Writes `logs/<number>.log`. */
  debugLog: boolean;
  active: boolean;
  /** CRMs that its calls are handed on to. */
  crms: readonly Crm[];
  /** Whom clients' names are asked of. */
  primaryCrm: Crm | null;
  /** By extension. */
  managers: ReadonlyMap<string, Manager>;
  /** By line id. */
  lines: ReadonlyMap<string, Line>;
}

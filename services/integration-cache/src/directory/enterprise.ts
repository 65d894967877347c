import type { EnterpriseNumber, Integrations } from '@live-calls/shared/contracts';

export interface Manager {
  /** The extension. */
  internalPhone: string;
  lastName: string;
  firstName: string;
  middleName: string;
  personalPhone: string | null;
  followMeNumber: string | null;
  followMeEnabled: boolean;
}

export interface Line {
  id: string;
  name: string | null;
  operator: string | null;
  /** `<prefix>{N}`: take the last N digits of a caller's number and prepend the prefix. */
  incomingTransform: string | null;
}

/** An active enterprise as the database knows it; a snapshot, never changed in place. */
export interface Enterprise {
  number: EnterpriseNumber;
  name: string;
  /** What its host identifies itself with; '' when it has none. */
  token: string;
  /** IANA zone, e.g. `Europe/Minsk`. */
  timezone: string;
  /** ISO 3166-1 alpha-2: how national spellings of phones are read. */
  country: string;
  integrations: Integrations;
  /** `integrations_config` as it is stored, secrets included. */
  config: unknown;
  /** By extension. */
  managers: ReadonlyMap<string, Manager>;
  /** By line id. */
  lines: ReadonlyMap<string, Line>;
}

/** An enterprise and how recent the knowledge of it is. */
export interface Entry {
  enterprise: Enterprise;
  /** When it was read. */
  createdAt: Date;
  /** From when on it has to be read again before it is used, if the database answers. */
  expiresAt: Date;
}

/** Who finds the enterprise that a request is about. */
export interface Directory {
  /**
   * The active enterprise of a number, a name or a token: from memory, else from the database.
   *
   * @throws when the database is needed and does not answer
   */
  find(ent: string): Promise<Enterprise | undefined>;
  /** As `find`, by the token only. */
  findByToken(token: string): Promise<Enterprise | undefined>;
}

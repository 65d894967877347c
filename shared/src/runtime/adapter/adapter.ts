import type { CallView, ClientProfile, Crm } from '../../contracts/index.js';
import type { Logger } from '../logger.js';
import type { Ledger } from './ledger.js';
import type { CrmHttp } from './crmHttp.js';

/** The enterprise for which an adapter works, and how it reaches the enterprise's account. */
export interface CrmContext<Config> {
  enterprise: {
    number: string;
    name: string;
    /** IANA zone. */
    timezone: string;
    /** ISO 3166-1 alpha-2: how national spellings of phones are read. */
    country: string;
    /** Where its host serves recordings, `{unique_id}` in it. */
    recordingsUrl: string | null;
  };
  /** Its section of `integrations_config`. */
  config: Config;
  http: CrmHttp;
  logger: Logger;
}

export interface CallContext<Config> extends CrmContext<Config> {
  call: CallView;
  /** `recovery`, `replay`: it is not happening now. */
  origin: 'live' | 'recovery' | 'replay';
  ledger: Ledger;
  /** Something that operators should know although all went well, e.g. extensions that the CRM does not know. */
  note(text: string): void;
}

/** What works in an account and what does not. */
export interface Check {
  /** In Russian, e.g. "Ключ API". */
  name: string;
  ok: boolean;
  /** In Russian: what was found. */
  detail: string;
  /** In Russian: what to do; only when it is not ok. */
  advice?: string;
}

/**
 * What a CRM's service has to know how to do. Each of these throws a `CrmError` when the CRM did not do it; the runner
 * repeats, remembers and reports. They are called again after a death at any line: everything that changes the CRM goes
 * through the ledger.
 */
export interface CrmAdapter<Config> {
  crm: Crm;
  /** Somebody rings (or dials): show the client's card to them. Called again when others ring. */
  ringing(context: CallContext<Config>): Promise<void>;
  /** Somebody talks: close the card of the others. Called again after a transfer. */
  answered(context: CallContext<Config>): Promise<void>;
  /** The call is over: one entry in the journal. It may be the first that is heard of the call. */
  ended(context: CallContext<Config>): Promise<void>;
  /** Attaches the recording, after `ended`; only for CRMs with `recordAfterMs`. */
  recorded?(context: CallContext<Config>): Promise<void>;
  /**
   * @param phone E.164
   * @returns null: the CRM answered that it knows nobody with this phone
   */
  findClient(context: CrmContext<Config>, phone: string): Promise<ClientProfile | null>;
  /** Tries the account out without changing anything in it. */
  check(context: CrmContext<Config>): Promise<Check[]>;
}

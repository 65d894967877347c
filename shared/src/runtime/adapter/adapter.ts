import type { CallView, ClientProfile, Crm, EnterpriseNumber, Section } from '../../contracts/index.js';
import type { Logger } from '../logger.js';
import type { CrmHttp } from './crmHttp.js';
import type { Ledger } from './ledger.js';

/** The enterprise for which an adapter works, and how it reaches the enterprise's account. */
export interface CrmContext<C extends Crm> {
  enterprise: {
    number: EnterpriseNumber;
    name: string;
    /** IANA zone. */
    timezone: string;
    /** ISO 3166-1 alpha-2: how national spellings of phones are read. */
    country: string;
    /** Where its host serves recordings, `{unique_id}` in it. */
    recordingsUrl: string | null;
  };
  /** Its section of `integrations_config`. */
  config: Section<C>;
  http: CrmHttp;
  /** Secrets of the section are masked in what it says. */
  logger: Logger;
}

export interface CallContext<C extends Crm> extends CrmContext<C> {
  call: CallView;
  /** `recovery`, `replay`: it is not happening now. */
  origin: 'live' | 'recovery' | 'replay';
  ledger: Ledger;
  /** Something that operators should know although all went well, in Russian, e.g. extensions that the CRM does not know. */
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
 * What a CRM's service has to know how to do. Each of these throws a `CrmError` (or the `NoAnswer` of `http`) when the CRM
 * did not do it; the runner repeats, remembers and reports. They are called again after a death at any line: everything
 * that changes the CRM goes through the ledger. Those of one call run one after the other.
 */
export interface CrmAdapter<C extends Crm> {
  crm: C;
  /** Somebody rings (or dials): show the client's card to them. Called again when others ring. */
  ringing(context: CallContext<C>): Promise<void>;
  /** Somebody talks: close the card of the others. Called again after a transfer. */
  answered(context: CallContext<C>): Promise<void>;
  /** The call is over: one entry in the journal. It may be the first that is heard of the call. */
  ended(context: CallContext<C>): Promise<void>;
  /**
   * It was no client's call, or is part of another one: takes back what was shown and leaves nothing in the journal that
   * the CRM lets be. Whoever never heard of the call does nothing. A call that comes back has an end all the same.
   */
  cancelled(context: CallContext<C>): Promise<void>;
  /** Attaches the recording, after `ended`; only for CRMs that `recordAfterMs` names. */
  recorded?(context: CallContext<C>): Promise<void>;
  /**
   * @param phone E.164
   * @returns null: the CRM answered that it knows nobody with this phone
   */
  findClient(context: CrmContext<C>, phone: string): Promise<ClientProfile | null>;
  /** Tries the account out without changing anything in it. What it throws becomes a check that failed. */
  check(context: CrmContext<C>): Promise<Check[]>;
}

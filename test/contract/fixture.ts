import type { ClientProfile, Crm, Section } from '@live-calls/shared/contracts';
import type { GotRequest, Reply } from './scriptedCrm.js';

/**
 * What the suite has to know of a CRM to try its adapter out: `test/contract/<crm>.ts` exports it as `fixture`.
 *
 * The extensions 150, 151 and 152 are those of the account's users; 199 is nobody's.
 */
export interface CrmFixture {
  crm: Crm;
  /**
   * The enterprise's section. Where the CRM has a default user, it is that of 152.
   *
   * @param origin of the account, e.g. `http://127.0.0.1:4711`
   */
  section(origin: string): Section<Crm>;
  /** As they stand in the section: nobody may see them in an answer or in the log. */
  secrets: readonly string[];
  /** What a healthy account answers. */
  answer(request: GotRequest): Reply;
  /** Whether the request writes the call into the CRM's journal. */
  isJournal(request: GotRequest): boolean;
  /** To whom a journal request gives the call: an extension, or null for nobody. */
  creditedTo(request: GotRequest): string | null;
  /** Seconds of talk in a journal request; null when it says nothing of it. */
  talkSeconds(request: GotRequest): number | null;
  /** To whom the request shows a card: extensions, [] when it shows none. */
  shownTo(request: GotRequest): readonly string[];
  /** A card comes with an entry of the journal that nothing deletes: one of a call that was none is closed. */
  closesEntries?: true;
  /** The step of the ledger that journal requests belong to, and whether the CRM recognises a repetition of them. */
  journal: { step: string; onUnknown: 'repeat' | 'report' };
  /** Whether the request asks who a phone's owner is. */
  isLookup(request: GotRequest): boolean;
  /** Whom the healthy account knows by `PHONE`. */
  client: ClientProfile;
  /** The answer to a lookup of somebody whom it does not know. */
  nobody: Reply;
  /** The key is not accepted. */
  wrongKey: Reply;
  /** Too many requests. */
  rateLimit: Reply;
  /** What it answers to journal requests, as documented, beside those above; and what becomes of the call. */
  errors: readonly { name: string; reply: Reply; becomes: 'unavailable' | 'limited' | 'configuration' | 'rejected' }[];
}

/** The client of the calls of the suite. */
export const PHONE = '+375290000001';

import type { ClientProfile, Crm } from '@live-calls/shared/contracts';
import { findClientProfile, findCustomerNames, isHeld, saveClientProfile, type Queryable } from '@live-calls/shared/db';
import type { Logger } from '@live-calls/shared/runtime';
import type { Enterprise } from '../directory/enterprise.js';
import type { AskCrm } from './askCrm.js';
import { NOBODY, type Client } from './client.js';

interface LookUpParts {
  db: Queryable;
  askCrm: AskCrm;
  logger: Logger;
}

interface Asked {
  enterprise: Enterprise;
  /** E.164. */
  phone: string;
  /** Whether the enterprise's settings are still those that the CRM is asked with. */
  isCurrent: () => boolean;
}

/** What a CRM says, or said once. */
interface Word {
  profile: ClientProfile | null;
  stale: boolean;
}

/** How long the word of a CRM holds. */
const WORD_LIFE_MS = 3_600_000;

/**
 * Looks a client up: what the enterprise's primary CRM said lately, else says now, else said once; else `customers`.
 *
 * @throws when neither the CRM nor the database answers
 */
export function createLookUp({ db, askCrm, logger }: LookUpParts) {
  /** What was said before, and whether the CRM may be asked now. */
  async function storedWord({ enterprise: { number }, phone }: Asked, crm: Crm) {
    try {
      const stored = await findClientProfile(db, number, phone);
      const isTheirs = stored?.crm === crm;
      const isFresh = isTheirs && stored.ageMs < WORD_LIFE_MS;
      const word: Word | undefined = isTheirs ? { profile: stored.profile, stale: !isFresh } : undefined;
      return { word, mayAsk: !isFresh && !(await isHeld(db, number, crm)), maySave: true };
    } catch (error) {
      logger.warn('what the CRM said is not read', { enterprise: number, crm, error });
      return { word: undefined, mayAsk: true, maySave: false };
    }
  }

  /** @returns undefined: the CRM neither says nor ever said anything */
  async function wordOf(asked: Asked, crm: Crm): Promise<Word | undefined> {
    const { word, mayAsk, maySave } = await storedWord(asked, crm);
    if (!mayAsk) return word;
    const { number } = asked.enterprise;
    const answer = await askCrm(number, crm, asked.phone);
    if (answer === undefined) return word;
    if (maySave && asked.isCurrent()) {
      await saveClientProfile(db, number, asked.phone, crm, answer.client).catch((error: unknown) => {
        // Whoever asks gets the answer all the same; the next one asks the CRM again.
        logger.warn('what the CRM says is not saved', { enterprise: number, crm, error });
      });
    }
    return { profile: answer.client, stale: false };
  }

  return async (asked: Asked): Promise<Client> => {
    const { number, integrations } = asked.enterprise;
    const crm = integrations.primary;
    const word = crm === null ? { profile: null, stale: false } : await wordOf(asked, crm);
    if (word !== undefined && word.profile !== null) return { ...word, source: crm };
    const stale = word?.stale ?? true;
    try {
      const names = await findCustomerNames(db, number, asked.phone);
      return names ? { profile: { ...names, extension: null }, source: 'customers', stale } : { ...NOBODY, stale };
    } catch (error) {
      if (crm === null || stale) throw error;
      return { ...NOBODY, stale: true }; // the CRM knows nobody, and nobody knows whether the table does
    }
  };
}

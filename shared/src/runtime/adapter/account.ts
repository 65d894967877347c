import { CRM_FACTS, readIntegrations, SECTIONS, sentence, type Crm, type Section } from '../../contracts/index.js';
import { findCrmEnterprise } from '../../db/crmEnterprises.js';
import type { Queryable } from '../../db/pool.js';
import { SecretUnreadable, type Secrets } from '../secrets/secrets.js';
import { openSecrets } from '../secrets/sections.js';
import type { CrmContext } from './adapter.js';
import { CrmError } from './crmError.js';
import { isZone } from './localTime.js';

/** What is known of an enterprise and its section before anybody is asked. */
export interface Account<C extends Crm> {
  enterprise: CrmContext<C>['enterprise'];
  /** Enabled or not, with its secrets as they are. @throws CrmError `configuration` when it is missing or cannot be read */
  section(): Section<C>;
}

/** @returns undefined: there is no such enterprise */
export async function loadAccount<C extends Crm>(
  db: Queryable,
  crm: C,
  number: string,
  secrets: Secrets,
): Promise<Account<C> | undefined> {
  // PostgreSQL holds no U+0000, and takes it for an error of its own.
  if (number.includes('\0')) return undefined;
  const row = await findCrmEnterprise(db, number);
  if (row === undefined) return undefined;
  const { integrations_config, recordings_url: recordingsUrl, timezone: zone, ...enterprise } = row;
  const timezone = isZone(zone) ? zone : 'UTC';
  const { sections, problems } = readIntegrations(integrations_config);
  const name = CRM_FACTS[crm].section;
  return {
    enterprise: { ...enterprise, timezone, recordingsUrl },
    section: () => {
      const section: Section<C> | undefined = sections[crm];
      if (section !== undefined) return opened(crm, section, secrets);
      const problem = problems.find((each) => each.section === name || each.section === '')?.problem;
      throw badSection(crm, problem ?? 'is missing');
    },
  };
}

function opened<C extends Crm>(crm: C, section: Section<C>, secrets: Secrets): Section<C> {
  try {
    // Read again: an address has to be one once it is no longer encrypted.
    return readSection(crm, openSecrets(secrets, CRM_FACTS[crm].section, section));
  } catch (error) {
    if (error instanceof SecretUnreadable) throw sealedSection(crm, error.message);
    throw error;
  }
}

/** A section that is to be tried before it is saved. @throws CrmError `configuration` when it cannot be read */
export function readSection<C extends Crm>(crm: C, given: unknown): Section<C> {
  const parsed = SECTIONS[crm].safeParse(given);
  if (!parsed.success) throw badSection(crm, sentence(parsed.error));
  return parsed.data as Section<C>;
}

/** @throws CrmError `configuration` when the section is switched off */
export function requireEnabled<C extends Crm>(crm: C, section: Section<C>): Section<C> {
  if (section.enabled) return section;
  throw new CrmError(`the section ${CRM_FACTS[crm].section} is switched off`, {
    kind: 'configuration',
    advice: `Интеграция с ${CRM_FACTS[crm].title} выключена в настройках компании: включите её, если она нужна.`,
  });
}

const badSection = (crm: Crm, problem: string): CrmError =>
  new CrmError(`the section ${CRM_FACTS[crm].section}: ${problem}`, {
    kind: 'configuration',
    advice: `Исправьте раздел «${CRM_FACTS[crm].section}» в настройках компании: ${problem}.`,
  });

const sealedSection = (crm: Crm, problem: string): CrmError =>
  new CrmError(`the section ${CRM_FACTS[crm].section} holds a secret that cannot be read: ${problem}`, {
    kind: 'configuration',
    advice: `Раздел «${CRM_FACTS[crm].section}» зашифрован другим ключом: верните прежний SECRETS_KEY и перезапустите службы или введите ключи доступа заново (npm run admin -- integration set).`,
  });

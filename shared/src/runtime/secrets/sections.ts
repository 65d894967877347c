import { crmOfSection, objectOf, SECRET_FIELDS } from '../../contracts/index.js';
import { SecretUnreadable, type Secrets } from './secrets.js';

/** A section of `integrations_config` with its secrets encrypted. What is no object stays as it is. */
export const sealSection = (secrets: Secrets, name: string, section: unknown): unknown =>
  withSecrets(name, section, (secret) => secrets.seal(secret));

/** The section with its secrets as they are. @throws SecretUnreadable */
export const openSecrets = (secrets: Secrets, name: string, section: unknown): unknown =>
  withSecrets(name, section, (secret) => secrets.open(secret));

/** The same, but for secrets that cannot be read: they stay encrypted. */
export const openWhatOpens = (secrets: Secrets, name: string, section: unknown): unknown =>
  withSecrets(name, section, (secret) => {
    try {
      return secrets.open(secret);
    } catch (error) {
      if (error instanceof SecretUnreadable) return secret;
      throw error;
    }
  });

/** The texts of the section's secret fields that are stored. */
function storedSecrets(name: string, section: unknown): string[] {
  const fields = objectOf(section) ?? {};
  return secretFields(name)
    .map((field) => fields[field])
    .filter((value): value is string => typeof value === 'string' && value !== '');
}

function withSecrets(name: string, section: unknown, change: (secret: string) => string): unknown {
  const fields = objectOf(section);
  if (fields === undefined || storedSecrets(name, fields).length === 0) return section;
  const changed = { ...fields };
  for (const field of secretFields(name)) {
    const value = changed[field];
    if (typeof value === 'string') changed[field] = change(value);
  }
  return changed;
}

function secretFields(name: string): readonly string[] {
  const crm = crmOfSection(name);
  return crm === undefined ? [] : SECRET_FIELDS[crm];
}

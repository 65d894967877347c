import type { CrmView } from '../run.js';

/** As enterprises.integrations_config names what the sandboxes name otherwise. */
const SECTION: Readonly<Record<string, string>> = { moysklad: 'ms' };

/** Nothing may come to a CRM that is not switched on, and nothing wrong to one that is. Russian sentences. */
export function judgeCrm(views: Readonly<Record<string, CrmView>>, enabled: readonly string[]): string[] {
  return Object.entries(views).flatMap(([name, { requests, violations }]) => {
    const said = violations.map(({ message }) => `CRM ${name}: ${message.replace(/\.$/, '')}.`);
    if (requests.length > 0 && !enabled.includes(SECTION[name] ?? name)) {
      said.push(`CRM ${name} не включена в integrations_config, но получила запросов: ${requests.length}.`);
    }
    return said;
  });
}

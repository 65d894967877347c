import type { CrmView } from '../run.js';

/** Nothing may come to a CRM that is not switched on, and nothing wrong to one that is. Russian sentences. */
export function judgeCrm(views: Readonly<Record<string, CrmView>>, enabled: readonly string[]): string[] {
  return Object.entries(views).flatMap(([name, { requests, violations }]) => {
    const said = violations.map((violation) => `CRM ${name}: ${violation}.`);
    if (requests.length > 0 && !enabled.includes(name)) {
      said.push(`CRM ${name} не включена в integrations_config, но получила запросов: ${requests.length}.`);
    }
    return said;
  });
}

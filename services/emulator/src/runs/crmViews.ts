import type { CrmSandboxes } from '../sandbox/crm/crms.js';
import { CRM_NAMES } from '../sandbox/crm/names.js';
import { isSamePhone } from '../sandbox/crm/phones.js';
import type { CrmView } from './run.js';

/** Unique by what it is made of: a request may concern two of the phones. */
const unique = <T>(all: readonly T[], keyOf: (one: T) => string): T[] => [
  ...new Map(all.map((one) => [keyOf(one), one])).values(),
];

/** What each CRM's sandbox was asked about these phones since then. */
export function crmViews(
  sandboxes: CrmSandboxes,
  phones: readonly string[],
  since: Date,
): Readonly<Record<string, CrmView>> {
  return Object.fromEntries(
    CRM_NAMES.map((name) => {
      const views = phones
        .filter((phone) => phone !== '')
        .map((phone) => sandboxes[name].journal.view({ phone, since: since.getTime() }));
      const requests = views.flatMap((view) => view.requests);
      const violations = views.flatMap((view) => view.violations);
      const { crm } = sandboxes[name];
      const isOfRun = ({ at, phone }: { at: string; phone: string }): boolean =>
        Date.parse(at) >= since.getTime() && phones.some((each) => isSamePhone(each, phone));
      return [
        name,
        {
          requests: unique(requests, ({ id }) => String(id)),
          violations: unique(violations, ({ message, request }) => `${request.id} ${message}`),
          reports: crm.reports().filter(isOfRun),
          shown: crm.shown().filter(isOfRun),
          cards: crm.cards().filter(isOfRun),
        },
      ];
    }),
  );
}

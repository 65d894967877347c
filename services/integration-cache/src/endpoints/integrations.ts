import { CRM_FACTS, CRMS } from '@live-calls/shared/contracts';
import type { Stats } from '../stats.js';
import { staleMark, type Endpoint } from './endpoint.js';
import type { Resolve } from './resolve.js';

/** Which CRMs an enterprise has switched on. */
export function integrationsEndpoints({ resolve, stats }: { resolve: Resolve; stats: Stats }): Endpoint[] {
  return [
    {
      method: 'get',
      path: '/integrations/:ent',
      answer: async (request) => {
        const { enterprise, createdAt, expiresAt, source, stale } = await resolve(request);
        stats.asked(source === 'cache');
        const { enabled } = enterprise.integrations;
        return {
          integrations: Object.fromEntries(CRMS.map((crm) => [CRM_FACTS[crm].section, enabled.includes(crm)])),
          created_at: createdAt.toISOString(),
          expires_at: expiresAt.toISOString(),
          age_seconds: Math.floor((Date.now() - createdAt.getTime()) / 1000),
          ...staleMark(stale),
        };
      },
    },
  ];
}

import type pg from 'pg';
import { crmOfSection, masked, objectOf, type Crm, type EnterpriseNumber } from '@live-calls/shared/contracts';
import { openWhatOpens, type Secrets } from '@live-calls/shared/runtime';
import type { EnterpriseDirectory, Found } from '../directory/directory.js';
import { Refusal } from '../refusal.js';
import { saveSection } from '../settings/saveSection.js';
import { isSection } from '../settings/section.js';
import type { Stats } from '../stats.js';
import { param, staleMark, type Endpoint } from './endpoint.js';
import type { Resolve } from './resolve.js';

interface ConfigParts {
  pool: pg.Pool;
  secrets: Secrets;
  resolve: Resolve;
  stats: Stats;
  directory: Pick<EnterpriseDirectory, 'invalidate'>;
  /** After a CRM's section was saved: what failed because of it may work now. */
  onConfigSaved: (enterpriseNumber: EnterpriseNumber, crm: Crm) => Promise<void>;
}

/** An enterprise's settings, secrets masked. */
export function configEndpoints({ pool, secrets, resolve, stats, directory, onConfigSaved }: ConfigParts): Endpoint[] {
  const shown = (name: string, value: unknown): unknown => masked(name, openWhatOpens(secrets, name, value));
  return [
    {
      method: 'get',
      path: '/config/:ent',
      answer: async (request) => {
        const found = await resolve(request);
        stats.askedConfig(found.source === 'cache');
        const { problems } = found.enterprise.integrations;
        return {
          enterprise_number: found.enterprise.number,
          integrations: Object.fromEntries(
            Object.entries(objectOf(found.enterprise.config) ?? {}).map(([name, value]) => [name, shown(name, value)]),
          ),
          ...(problems.length > 0 && { problems }),
          ...howFound(found),
        };
      },
    },
    {
      method: 'get',
      path: '/config/:ent/:type',
      answer: async (request) => {
        const found = await resolve(request);
        stats.askedConfig(found.source === 'cache');
        const type = param(request, 'type');
        const value = new Map(Object.entries(objectOf(found.enterprise.config) ?? {})).get(type) ?? null;
        if (value === null) throw new Refusal(404, `No settings of ${type}`);
        const problems = found.enterprise.integrations.problems.filter(({ section }) => section === type);
        return {
          enterprise_number: found.enterprise.number,
          config: shown(type, value),
          ...(problems.length > 0 && { problems }),
          ...howFound(found),
        };
      },
    },
    {
      method: 'put',
      path: '/config/:ent/:type',
      answer: async (request) => {
        const { number } = (await resolve(request)).enterprise;
        const type = param(request, 'type');
        if (!isSection(type)) throw new Refusal(404, `No settings of ${type}`);
        const saved = await saveSection({ pool, secrets }, number, type, request.body);
        directory.invalidate(number);
        const crm = crmOfSection(type);
        if (crm !== undefined) await onConfigSaved(number, crm);
        return {
          enterprise_number: number,
          config: masked(type, saved),
          source: 'database',
          cached_at: new Date().toISOString(),
        };
      },
    },
  ];
}

const howFound = ({ source, createdAt, stale }: Found) => ({
  source,
  cached_at: createdAt.toISOString(),
  ...staleMark(stale),
});

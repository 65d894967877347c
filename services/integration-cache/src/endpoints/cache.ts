import type { EnterpriseDirectory } from '../directory/directory.js';
import type { Stats } from '../stats.js';
import type { Endpoint } from './endpoint.js';
import type { Resolve } from './resolve.js';

interface CacheParts {
  resolve: Resolve;
  stats: Stats;
  directory: Pick<EnterpriseDirectory, 'invalidate' | 'refresh' | 'size'>;
}

/** What is in memory, for operators: nothing has to be done here for a change to be seen. */
export function cacheEndpoints({ resolve, stats, directory }: CacheParts): Endpoint[] {
  return [
    { method: 'get', path: '/stats', answer: () => stats.numbers() },
    {
      method: 'post',
      path: '/cache/refresh',
      answer: async () => {
        await directory.refresh();
        return { success: true, cache_size: directory.size() };
      },
    },
    {
      method: 'post',
      path: '/cache/invalidate/:ent',
      answer: async (request) => {
        const { number } = (await resolve(request)).enterprise;
        directory.invalidate(number);
        return { success: true, enterprise_number: number };
      },
    },
  ];
}

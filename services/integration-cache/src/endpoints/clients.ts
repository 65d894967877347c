import { CRM_FACTS, displayName, Phone } from '@live-calls/shared/contracts';
import { readNumber } from '@live-calls/shared/phone';
import type { Client } from '../lookups/client.js';
import type { Lookups } from '../lookups/lookups.js';
import { Refusal } from '../refusal.js';
import type { Stats } from '../stats.js';
import { param, staleMark, type Endpoint } from './endpoint.js';
import type { Resolve } from './resolve.js';

interface ClientParts {
  resolve: Resolve;
  lookups: Pick<Lookups, 'find'>;
  stats: Stats;
}

/** Who owns a phone, and whose client it is. */
export function clientEndpoints({ resolve, lookups, stats }: ClientParts): Endpoint[] {
  function about(question: string, answerOf: (client: Client) => object): Endpoint {
    return {
      method: 'get',
      path: `/${question}/:ent/:phone`,
      answer: async (request) => {
        const { enterprise, source, stale } = await resolve(request);
        const phone = phoneOf(param(request, 'phone'), enterprise.country);
        stats.asked(source === 'cache');
        const client = await lookups.find(enterprise, phone, stale);
        return { ...answerOf(client), ...staleMark(client.stale) };
      },
    };
  }

  return [
    about('customer-name', ({ profile }) => ({ name: displayName(profile ?? undefined) })),
    about('customer-profile', ({ profile, source }) => ({
      last_name: profile?.last_name ?? null,
      first_name: profile?.first_name ?? null,
      middle_name: profile?.middle_name ?? null,
      enterprise_name: profile?.enterprise_name ?? null,
      source: source === null || source === 'customers' ? source : CRM_FACTS[source].section,
    })),
    about('responsible-extension', ({ profile }) => ({ extension: profile?.extension ?? null })),
  ];
}

/** @throws Refusal 422 */
function phoneOf(text: string, country: string): Phone {
  const phone = Phone.safeParse(readNumber(text.trim(), country));
  if (!phone.success) throw new Refusal(422, 'the phone cannot be read: +375290000001 and 80290000001 could be');
  return phone.data;
}

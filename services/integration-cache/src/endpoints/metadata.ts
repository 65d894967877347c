import type { Enterprise, Line, Manager } from '../directory/enterprise.js';
import { Refusal } from '../refusal.js';
import type { Stats } from '../stats.js';
import { param, staleMark, type Endpoint } from './endpoint.js';
import type { Resolve } from './resolve.js';

/** An enterprise's managers and lines. */
export function metadataEndpoints({ resolve, stats }: { resolve: Resolve; stats: Stats }): Endpoint[] {
  function about(what: string, answerOf: (enterprise: Enterprise, id: string) => object | undefined): Endpoint {
    return {
      method: 'get',
      path: `/metadata/:ent/${what}`,
      answer: async (request) => {
        const { enterprise, source, stale } = await resolve(request);
        stats.asked(source === 'cache');
        const answer = answerOf(enterprise, param(request, 'id'));
        if (answer === undefined) throw new Refusal(404, 'Not found');
        return { enterprise_number: enterprise.number, ...answer, ...staleMark(stale) };
      },
    };
  }

  return [
    about('manager/:id', ({ managers }, id) => shown(managers.get(id), managerView)),
    about('managers', ({ managers }) => ({ managers: [...managers.values()].map(managerView) })),
    about('line/:id', ({ lines }, id) => shown(lines.get(id), lineView)),
    about('lines', ({ lines }) => ({ lines: [...lines.values()].map(lineView) })),
  ];
}

const shown = <T>(found: T | undefined, view: (found: T) => object): object | undefined =>
  found === undefined ? undefined : view(found);

function managerView(manager: Manager): object {
  const { lastName, firstName, middleName } = manager;
  return {
    internal_phone: manager.internalPhone,
    full_name: words(lastName, firstName, middleName),
    short_name: lastName.trim() === '' ? words(firstName) : words(lastName, initial(firstName), initial(middleName)),
    personal_phone: manager.personalPhone,
    follow_me_number: manager.followMeNumber,
    follow_me_enabled: manager.followMeEnabled,
  };
}

const lineView = ({ id, name, operator }: Line): object => ({ line_id: id, name, operator });

const words = (...parts: string[]): string =>
  parts
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .join(' ');

function initial(name: string): string {
  const [letter] = name.trim();
  return letter === undefined ? '' : `${letter}.`;
}

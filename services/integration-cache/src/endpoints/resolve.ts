import type { Request } from 'express';
import type { EnterpriseDirectory, Found } from '../directory/directory.js';
import { Refusal } from '../refusal.js';
import { param } from './endpoint.js';

/** The enterprise that `{ent}` in a request's path stands for. @throws Refusal 404 */
export type Resolve = (request: Request) => Promise<Found>;

export function createResolve(directory: Pick<EnterpriseDirectory, 'look'>): Resolve {
  return async (request) => {
    const found = await directory.look(param(request, 'ent'));
    if (found === undefined) throw new Refusal(404, 'Enterprise not found');
    return found;
  };
}

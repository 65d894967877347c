import { sentence } from '@live-calls/shared/contracts';
import { countDeliveries, listDeliveries, retryDeliveries, retryDelivery, type Queryable } from '@live-calls/shared/db';
import type { z } from 'zod';
import { param, type Endpoint } from '../endpoints/endpoint.js';
import { Refusal } from '../refusal.js';
import { DeliveryQuery, DeliverySelection } from './selection.js';

/** What has not been delivered yet, what could not be, and to try it again: what `npm run deliveries` does. */
export function deliveryEndpoints(db: Queryable): Endpoint[] {
  return [
    {
      method: 'get',
      path: '/deliveries',
      answer: async (request) => {
        const { limit, ...filter } = parsed(DeliveryQuery, request.query);
        const [total, deliveries] = [await countDeliveries(db, filter), await listDeliveries(db, filter, limit)];
        return { state: filter.state, total, deliveries };
      },
    },
    {
      method: 'post',
      path: '/deliveries/retry',
      answer: async (request) => ({
        success: true,
        retried: await retryDeliveries(db, parsed(DeliverySelection, request.body ?? {})),
      }),
    },
    {
      method: 'post',
      path: '/deliveries/:id/retry',
      answer: async (request) => {
        const id = param(request, 'id');
        const was = /^[1-9]\d{0,14}$/.test(id) ? await retryDelivery(db, Number(id)) : undefined;
        if (was === undefined) throw new Refusal(404, 'Delivery not found');
        if (was === 'running' || was === 'done') throw new Refusal(409, `The delivery is ${was}`);
        return { success: true, id: Number(id), was };
      },
    },
  ];
}

/** @throws Refusal 422 */
function parsed<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const read = schema.safeParse(value);
  if (!read.success) throw new Refusal(422, sentence(read.error));
  return read.data;
}

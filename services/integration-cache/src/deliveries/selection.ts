import { CRMS } from '@live-calls/shared/contracts';
import { z } from 'zod';

/** Which deliveries are meant; unless told otherwise, those that could not be delivered. */
export const DeliverySelection = z.strictObject({
  state: z.enum(['dead', 'pending']).default('dead'),
  target: z.enum(['telegram', 'dispatch', ...CRMS]).optional(),
  /** Number. */
  enterprise: z.string().min(1).optional(),
});

export const DeliveryQuery = DeliverySelection.extend({ limit: z.coerce.number().int().min(1).max(1000).default(100) });

import { CallView, CrmCallEvent, type Crm } from '@live-calls/shared/contracts';
import { z } from 'zod';

/** Payload of a delivery to a CRM. */
export const CrmDelivery = z.object({
  event_type: CrmCallEvent.shape.event_type,
  origin: CrmCallEvent.shape.origin,
  /** As it was posted, for the log. */
  unique_id: z.string(),
  /** Of the event in `crm_events`. */
  event_key: z.string(),
  /** Of the call in `crm_events`. */
  call_id: z.string(),
  /** Not before so many milliseconds after it was owed. */
  delay_ms: z.number(),
  call: CallView,
});
export type CrmDelivery = z.infer<typeof CrmDelivery>;

/** What concerns one call goes to a CRM one after the other. */
export const orderingKey = (crm: Crm, callId: string): string => `${crm}:${callId}`;

/** Of the event that ends a call. */
export const hangupKey = (callId: string): string => `${callId}:hangup`;

/** Of the event that takes a call back. */
export const cancelKey = (callId: string): string => `${callId}:cancel`;

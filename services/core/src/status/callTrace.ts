import { CRMS } from '@live-calls/shared/contracts';
import {
  acceptedOfCall,
  deliveriesOfCall,
  eventsOfCall,
  messagesOfCall,
  requestsOfCall,
  tracedCall,
  type Queryable,
  type TracedCall,
} from '@live-calls/shared/db';
import { foldChanges } from './foldChanges.js';
import { tellable } from './tellable.js';
import { timelineOf, type Moment } from './timeline.js';

const MOST_EVENTS = 300;

/** A call and its timeline; null when there is no such call. */
export async function callTrace(
  db: Queryable,
  enterprise: string,
  uuid: string,
): Promise<{ call: TracedCall; moments: Moment[] } | null> {
  const call = await tracedCall(db, enterprise, uuid);
  if (call === null) return null;
  const events = await eventsOfCall(db, enterprise, uuid, MOST_EVENTS);
  const accepted = await acceptedOfCall(db, enterprise, uuid);
  const keys = accepted.flatMap(({ key }) => ['dispatch', ...CRMS].map((target) => `${target}:${key}`));
  const deliveries = await deliveriesOfCall(db, enterprise, {
    keys: [...keys, ...CRMS.map((crm) => `${crm}:${uuid}:record`)],
    orderingKeys: ['dispatch', ...CRMS].map((target) => `${target}:${uuid}`),
  });
  // How numbers are spelt does not change who rings and who talks.
  const numbering = { country: call.country ?? '', transformOf: () => null };
  const told = events.map((event) => ({
    ...event,
    event_timestamp: event.at,
    raw_data: { ...event.body, Token: '' },
  }));
  const moments = timelineOf({
    events: events.map(tellable),
    changes: foldChanges(told, numbering),
    messages: await messagesOfCall(db, enterprise, uuid),
    accepted,
    deliveries,
    requests: call.external_id === null ? [] : await requestsOfCall(db, enterprise, call.external_id),
  });
  return { call, moments };
}

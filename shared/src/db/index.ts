export { allAnswered } from './allAnswered.js';
export { ensureEventPartitions } from './eventPartitions.js';
export { migrate } from './migrate.js';
export { prepareDatabase } from './prepareDatabase.js';
export { createPool, inTransaction, type Queryable } from './pool.js';
export { findActiveTokens, loadEnterprises, type EnterpriseRow } from './enterprises.js';
export { listen, type Listening } from './listen.js';
export { deliveryAgeMs } from './deliveries.js';
export type { Verdict } from './settleDeliveries.js';
export { oweDeliveries, oweDeliveriesOnce, type Owed } from './oweDeliveries.js';
export {
  markCallShown,
  messagesToShow,
  recordMessages,
  type MessageKey,
  type MessageRecord,
  type MessageState,
  type MessageToShow,
  type Slot,
} from './telegramMessages.js';
export { disableSubscriber, moveSubscriber } from './telegramUsers.js';
export { appendEvents, type NewEvent } from './appendEvents.js';
export { EVENTS_STORED, tellEventsStored } from './eventsStored.js';
export { appendRecovered, holdRecovery, knownEvents, type KnownEvent } from './recoveredEvents.js';
export { appendUnassignedEvents, trimUnassignedEvents, type NewUnassignedEvent } from './unassignedEvents.js';
export { findRecording, removeFinishedCalls, saveFinishedCalls, type FinishedCall } from './calls.js';
export { findClientProfile, removeOldClientProfiles, saveClientProfile, type StoredProfile } from './clientProfiles.js';
export { countCall, findCustomer, recallLastCalls, type Customer } from './customers.js';
export {
  latestEvent,
  markProcessed,
  relatedEvents,
  MOST_RELATED_EVENTS,
  setAside,
  takeTenant,
  tenantsWithWork,
  unprocessedEvents,
  type StoredEvent,
} from './storedEvents.js';
export {
  callsToFold,
  findTrackedCall,
  forgetCalls,
  loadTrackedCalls,
  trackCalls,
  type CountedAs,
  type TrackedCall,
} from './trackedCalls.js';
export {
  hurryMessages,
  takeBackMessages,
  wantMessages,
  type ChangedMessage,
  type WantedMessage,
} from './wantedMessages.js';
export {
  findCustomerNames,
  findIntegrations,
  isHeld,
  lockIntegrations,
  saveIntegration,
  type IntegrationsRow,
} from './integrations.js';
export { acceptCrmEvent, acceptedTypesOf, rawDialsOf, removeOldCrmEvents, type NewCrmEvent } from './crmEvents.js';
export {
  BREAKER,
  forgetTrouble,
  giveProbeBack,
  knowDestination,
  noteAnswer,
  noteFailure,
  noteLimit,
  removeDestinationsOfNobody,
  takeAlert,
  takeProbe,
} from './crmDestinations.js';
export { armWaiting, dropUnbegun, holdBack, reviveDead, standingOf, type Standing } from './crmDeliveries.js';
export { removeOldCrmSteps, removeOldIntegrationLogs } from './crmTraces.js';
export {
  countDeliveries,
  listDeliveries,
  retryDeliveries,
  retryDelivery,
  type DeliveryFilter,
  type ListedDelivery,
} from './deliveryList.js';
export { nameForCrms, oweAnew, unshownMessages } from './replayOwed.js';
export { readOnly } from './statusRead.js';
export { oldestDelivery, openBreakers, outboxDepths, type OldestDelivery, type OutboxDepth } from './statusOutbox.js';
export { flowOfLastHour, type Flow } from './statusFlow.js';
export { troubles, type Trouble } from './statusTrouble.js';
export { enterpriseNames, eventsOfCall, lastEvents, type EnterpriseName, type SeenEvent } from './statusEvents.js';
export { callsByPhone, callsByUniqueId, type FoundCall } from './statusSearch.js';
export {
  acceptedOfCall,
  deliveriesOfCall,
  messagesOfCall,
  requestsOfCall,
  tracedCall,
  type TracedCall,
  type TracedDelivery,
  type TracedMessage,
  type TracedRequest,
} from './statusTimeline.js';

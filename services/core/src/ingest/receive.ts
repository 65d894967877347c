import type { Logger } from '@live-calls/shared/runtime';
import type { TenantLog } from '../logs/tenantLog.js';
import type { Tenant } from '../tenants/tenant.js';
import type { TenantDirectory } from '../tenants/tenantDirectory.js';
import type { Answer } from './answer.js';
import type { EventStore } from './eventStore.js';
import type { Outcome } from './groupCommit.js';
import type { IngestLimits } from './ingestLimits.js';
import { parseEvent, type ParsedEvent } from './parseEvent.js';
import type { RateBySource } from './rateBySource.js';

/** An event whose body has arrived. */
export interface Arrival {
  eventType: string;
  body: Buffer;
  tokenHeader: string | undefined;
  /** Of the socket. */
  address: string | undefined;
  at: Date;
  /** The first one counts; there is always one. */
  answer: (answer: Answer, enterprise?: string) => void;
}

interface ReceiveOptions {
  tenants: Pick<TenantDirectory, 'peek' | 'byToken'>;
  store: EventStore;
  logger: Logger;
  tenantLog: Pick<TenantLog, 'event'>;
  rate: RateBySource;
  limits: Pick<IngestLimits, 'lookUpMs'>;
}

const UNAVAILABLE: Answer = {
  status: 503,
  body: { detail: 'events cannot be stored now' },
  headers: { 'retry-after': '1' },
};
const REFUSED: Answer = { status: 422, body: { detail: 'the body is JSON, but nothing that can be stored' } };

/** Parses an event, finds its tenant, stores it, answers, and only then tells the logs. Never throws. */
export function createReceive({
  tenants,
  store,
  logger,
  tenantLog,
  rate,
  limits,
}: ReceiveOptions): (arrival: Arrival) => void {
  function storeFor(tenant: Tenant | undefined, event: ParsedEvent, { eventType, at }: Arrival): Promise<Outcome> {
    const { token, uniqueId, bridgeId, body } = event;
    return tenant === undefined
      ? store.storeUnassigned({ token, eventType, at, body })
      : store.store({ enterpriseNumber: tenant.number, uniqueId, bridgeId, eventType, at, body });
  }

  async function receive(event: ParsedEvent, arrival: Arrival): Promise<void> {
    const known = tenants.peek(event.token);
    const tenant = known?.active === true ? known : await lookUp(event.token);
    if (tenant === 'no answer') {
      arrival.answer(UNAVAILABLE);
      return;
    }
    const tooMany = rate.refusal(arrival.address, tenant?.number);
    if (tooMany !== undefined) {
      arrival.answer(tooMany, tenant?.number);
      return;
    }
    const outcome = await storeFor(tenant, event, arrival);
    arrival.answer(answerTo(outcome), tenant?.number);
    tell(tenant, event, arrival, outcome);
  }

  async function lookUp(token: string): Promise<Tenant | undefined | 'no answer'> {
    let tooLong: NodeJS.Timeout | undefined;
    const noAnswer = new Promise<'no answer'>((resolve) => {
      tooLong = setTimeout(() => resolve('no answer'), limits.lookUpMs);
    });
    try {
      return await Promise.race([tenants.byToken(token), noAnswer]);
    } catch {
      return 'no answer'; // the directory's own readings of the tenants report what is wrong
    } finally {
      clearTimeout(tooLong);
    }
  }

  function tell(tenant: Tenant | undefined, event: ParsedEvent, { eventType }: Arrival, outcome: Outcome): void {
    const { token, uniqueId } = event;
    const facts = { event: eventType, token, uniqueId, enterprise: tenant?.number };
    if (outcome.kind !== 'stored') {
      logger.warn('event not stored', { ...facts, because: outcome.kind });
    } else if (tenant === undefined) {
      logger.warn('event of an unknown token kept', { ...facts, id: outcome.id });
    } else {
      logger.info('event stored', { ...facts, id: outcome.id });
      tenantLog.event(tenant, { type: eventType, token, uniqueId, body: event.body });
    }
  }

  return (arrival) => {
    const event = parseEvent(arrival.body, arrival.tokenHeader);
    if (typeof event === 'string') {
      const tooMany = rate.refusal(arrival.address);
      arrival.answer(tooMany ?? { status: 422, body: { detail: event } });
      if (tooMany === undefined) logger.warn('event refused', { event: arrival.eventType, detail: event });
      return;
    }
    receive(event, arrival).catch((error: unknown) => {
      logger.error('event failed', { event: arrival.eventType, error });
      arrival.answer(UNAVAILABLE);
    });
  };
}

function answerTo(outcome: Outcome): Answer {
  if (outcome.kind === 'stored') return { status: 200, body: { status: 'ok', event_id: outcome.id } };
  return outcome.kind === 'refused' ? REFUSED : UNAVAILABLE;
}

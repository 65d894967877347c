import type { IncomingMessage, ServerResponse } from 'node:http';
import type pg from 'pg';
import type { EnterpriseNumber } from '@live-calls/shared/contracts';
import { createAllowList, type AccessLog, type Logger } from '@live-calls/shared/runtime';
import type { TenantLog } from '../logs/tenantLog.js';
import type { TenantDirectory } from '../tenants/tenantDirectory.js';
import { send, sendEarly, type Answer } from './answer.js';
import { createArrivalClock } from './arrivalClock.js';
import { eventTypeOf } from './eventRoute.js';
import { createEventStore } from './eventStore.js';
import { DEFAULT_LIMITS, type IngestLimits } from './ingestLimits.js';
import { createRateBySource } from './rateBySource.js';
import { readBody } from './readBody.js';
import { createReceive } from './receive.js';
import { createStrangerReport } from './strangerReport.js';

export interface Ingest {
  /** Answers a request for one of the event routes. @returns false, without touching it, when it is for another one */
  handle(request: IncomingMessage, response: ServerResponse): boolean;
  /** Resolves when everything taken is committed; later events are answered with 503. */
  close(): Promise<void>;
}

export interface IngestOptions {
  /** Best one of its own: events must not wait for a connection behind other work. */
  pool: pg.Pool;
  tenants: Pick<TenantDirectory, 'peek' | 'byToken'>;
  logger: Logger;
  accessLog: Pick<AccessLog, 'record'>;
  tenantLog: Pick<TenantLog, 'event'>;
  /** CIDR ranges of the hosts. The socket's address counts; X-Forwarded-For could say anything. */
  allow: readonly string[];
  /** After each commit; must be quick. */
  onStored: (enterpriseNumbers: ReadonlySet<EnterpriseNumber>) => void;
  limits?: Partial<IngestLimits>;
  /** After each answer; must be quick. */
  onAnswered?: (eventType: string, status: number, seconds: number) => void;
}

const FORBIDDEN: Answer = { status: 403, body: { detail: 'this address may not post events' } };
const NOT_POST: Answer = { status: 405, body: { detail: 'events are posted' }, headers: { allow: 'POST' } };

/**
 * The door for call events. 200 is said when, and only when, the event is committed.
 *
 * Plain node:http: with Express in front this takes about a third of the events a second.
 */
export function createIngest(options: IngestOptions): Ingest {
  const { tenants, logger, accessLog, tenantLog, onAnswered } = options;
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const isAllowed = createAllowList(options.allow);
  const arrival = createArrivalClock();
  const store = createEventStore({ pool: options.pool, logger, limits, onStored: options.onStored });
  const rate = createRateBySource(limits.rates);
  const tellStranger = createStrangerReport(logger);
  const receive = createReceive({ tenants, store, logger, tenantLog, rate, limits });
  const tooLarge: Answer = { status: 413, body: { detail: `an event is at most ${limits.bodyBytes} bytes` } };

  function take(eventType: string, request: IncomingMessage, response: ServerResponse, since: number): void {
    const log = (status: number, bytes: number, enterprise?: string): void => {
      const ms = performance.now() - since;
      accessLog.record({ request, status, ms, bytes, enterprise });
      onAnswered?.(eventType, status, ms / 1000);
    };
    const refuse = (answer: Answer): void => log(answer.status, sendEarly(request, response, answer));

    function onBody(body: Buffer): void {
      const tokenHeader = request.headers.token;
      receive({
        eventType,
        body,
        tokenHeader: typeof tokenHeader === 'string' ? tokenHeader : undefined,
        address: request.socket.remoteAddress,
        at: arrival(),
        answer(answer, enterprise) {
          if (!response.headersSent) log(answer.status, send(response, answer), enterprise);
        },
      });
    }

    if (!isAllowed(request.socket.remoteAddress)) {
      tellStranger(request.socket.remoteAddress);
      refuse(FORBIDDEN);
    } else if (request.method !== 'POST') {
      refuse(NOT_POST);
    } else {
      readBody(request, {
        maxBytes: limits.bodyBytes,
        onBody,
        onTooLarge: () => refuse(tooLarge),
        onAborted: () => log(499, 0),
      });
    }
  }

  return {
    handle(request, response) {
      const eventType = eventTypeOf(request.url ?? '');
      if (eventType === undefined) return false;
      take(eventType, request, response, performance.now());
      return true;
    },
    close: () => store.close(),
  };
}

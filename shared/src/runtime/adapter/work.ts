import type { CrmCallEvent, CrmOutcome, ClientProfile, Crm, Section } from '../../contracts/index.js';
import type { Queryable } from '../../db/pool.js';
import type { Logger } from '../logger.js';
import { requireEnabled, type Account } from './account.js';
import type { CallContext, Check, CrmAdapter, CrmContext } from './adapter.js';
import { createCrmHttp } from './createCrmHttp.js';
import { createLedger } from './ledger.js';
import { createMask, maskedJson, secretsOf, type Mask } from './mask.js';
import { maskedLogger } from './maskedLogger.js';
import type { OneAtATime } from './oneAtATime.js';
import type { Outbound } from './outbound.js';
import { outcomeOf } from './outcomeOf.js';
import type { Pacer } from './pacer.js';

/** What all work of an adapter shares. */
export interface WorkParts {
  db: Queryable;
  outbound: Outbound;
  pacer: Pacer;
  logger: Logger;
  oneAtATime: OneAtATime;
  /** Milliseconds for an event or a test, and for looking a client up, all tries included. */
  eventMs: number;
  clientMs: number;
}

/** What is worked on, as `integration_logs` names it. */
interface Topic {
  eventType: string;
  uniqueId: string;
  attempt: number;
  withinMs: number;
}

/** What the routes of an adapter do; outcomes are without secrets. */
export interface Work<C extends Crm> {
  deliver(account: Account<C>, event: CrmCallEvent): Promise<CrmOutcome>;
  findClient(account: Account<C>, phone: string): Promise<Failure | { client: ClientProfile | null }>;
  check(account: Account<C>, section: () => Section<C>): Promise<Check[]>;
}
type Failure = Exclude<CrmOutcome, { outcome: 'done' }>;

const METHODS = {
  dial: 'ringing',
  answer: 'answered',
  hangup: 'ended',
  cancel: 'cancelled',
  record: 'recorded',
} as const;

export function createWork<C extends Crm>(adapter: CrmAdapter<C>, parts: WorkParts): Work<C> {
  const { crm } = adapter;
  const { db, outbound, pacer, logger, oneAtATime } = parts;

  const open = (
    { enterprise }: Account<C>,
    config: Section<C>,
    { withinMs, ...topic }: Topic,
  ): CrmContext<C> & { mask: Mask } => {
    const secrets = secretsOf(crm, config);
    const mask = createMask(secrets);
    const masked = maskedLogger(logger, mask);
    const about = { enterpriseNumber: enterprise.number, crm, ...topic };
    const endsAt = performance.now() + withinMs;
    const http = createCrmHttp({ db, outbound, pacer, logger: masked, mask, secrets, about, endsAt });
    return { enterprise, config, http, logger: masked, mask };
  };

  const perform = async (account: Account<C>, event: CrmCallEvent): Promise<CrmOutcome> => {
    const { call, origin, attempt, event_type: eventType } = event;
    const topic = { eventType, uniqueId: call.external_id, attempt, withinMs: parts.eventMs };
    let mask: Mask = (text) => text;
    const notes: string[] = [];
    try {
      const context = open(account, requireEnabled(crm, account.section()), topic);
      mask = context.mask;
      const { number: enterpriseNumber } = account.enterprise;
      const ledger = createLedger(db, { enterpriseNumber, crm, externalId: call.external_id });
      const note = (text: string): void => void notes.push(text);
      const callContext: CallContext<C> = { ...context, call, origin, ledger, note };
      await adapter[METHODS[eventType]]?.(callContext);
      return maskedJson(mask, { outcome: 'done' as const, notes });
    } catch (error) {
      return maskedJson(mask, outcomeOf(error, maskedLogger(logger, mask)));
    }
  };

  return {
    deliver: async (account, event) => {
      const { number: enterprise } = account.enterprise;
      const begunAt = performance.now();
      const outcome = await oneAtATime.run(`${enterprise} ${event.call.external_id}`, () => perform(account, event));
      const level = outcome.outcome === 'done' ? 'info' : 'warn';
      logger[level]('call event', {
        enterprise,
        event: event.event_type,
        externalId: event.call.external_id,
        attempt: event.attempt,
        ...outcome,
        ms: Math.round(performance.now() - begunAt),
      });
      return outcome;
    },

    findClient: async (account, phone) => {
      const topic = { eventType: 'client', uniqueId: '', attempt: 1, withinMs: parts.clientMs };
      let mask: Mask = (text) => text;
      try {
        const context = open(account, requireEnabled(crm, account.section()), topic);
        mask = context.mask;
        return { client: await adapter.findClient(context, phone) };
      } catch (error) {
        return maskedJson(mask, outcomeOf(error, maskedLogger(logger, mask)));
      }
    },

    check: async (account, section) => {
      const topic = { eventType: 'test', uniqueId: '', attempt: 1, withinMs: parts.eventMs };
      let mask: Mask = (text) => text;
      try {
        const context = open(account, section(), topic);
        mask = context.mask;
        return maskedJson(mask, await adapter.check(context));
      } catch (error) {
        return [maskedJson(mask, failedCheck(outcomeOf(error, maskedLogger(logger, mask))))];
      }
    },
  };
}

function failedCheck(failure: Failure): Check {
  const advice = failure.outcome === 'dead' ? failure.advice : 'Попробуйте ещё раз через несколько минут.';
  const name = failure.kind === 'configuration' ? 'Настройки' : 'Связь с CRM';
  return { name, ok: false, detail: failure.error, advice };
}

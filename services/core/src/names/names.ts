import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { hurryMessages } from '@live-calls/shared/db';
import type { Logger } from '@live-calls/shared/runtime';
import type pg from 'pg';
import type { Gateway } from '../gateway/gateway.js';
import { createOutage } from '../gateway/outage.js';
import type { CallToShow } from '../notify/callToShow.js';
import type { Tenant } from '../tenants/tenant.js';
import { askName } from './askName.js';
import { createPatience, type Patience } from './patience.js';
import { createQuestions, type Question } from './questions.js';
import { showAgain } from './showAgain.js';
import type { Unasked } from './unasked.js';

/** Clients' names from the CRMs, asked for after the commit of a step. */
export interface Names {
  /** How long a call's first message may wait for its client's name, milliseconds. */
  waitMs(tenant: Tenant, phone: string): number;
  /** Asks for the clients of calls that a step has changed. Never throws, keeps nobody waiting. */
  ask(tenant: Tenant, calls: readonly Unasked[]): void;
  /** Asks no more; resolves when what was begun has ended. */
  stop(): Promise<void>;
}

export interface NamesOptions {
  pool: pg.Pool;
  gateway: Gateway;
  logger: Logger;
  /** Base of recording links; undefined: there are none. */
  publicUrl: string | undefined;
  /** Messages have become due. */
  onDue: () => void;
  /** Calls that are shown with another name now. */
  onNamed: (tenant: Tenant, calls: CallToShow[]) => void;
  timeoutMs?: number;
  /** How long a first message waits for a name. */
  mostWaitMs?: number;
}

/** A step of the tenant takes milliseconds: it is tried again until it has surely had its turn. */
const BUSY_PAUSE_MS = 40;
const BUSY_TRIES = 100;

/** Nothing of it is truth: a question that is lost is asked again by the next event of its call. */
export function createNames(options: NamesOptions): Names {
  const { pool, gateway, logger, onDue, onNamed, timeoutMs = 3_000, mostWaitMs = 300 } = options;
  const outage = createOutage(logger, 'calls are shown without names from CRMs');
  const patience = new Map<string, Patience>();
  const ending = new AbortController();
  const questions = createQuestions({
    answer,
    onGivenUp: ({ tenant, phone }) => patienceWith(tenant).ended(phone, false, performance.now()),
  });

  function patienceWith({ number }: Tenant): Patience {
    let found = patience.get(number);
    if (!found) patience.set(number, (found = createPatience(mostWaitMs)));
    return found;
  }

  async function answer({ tenant, phone, calls }: Question, close: () => void): Promise<void> {
    const isNamed = await asked(tenant, phone);
    patienceWith(tenant).ended(phone, isNamed !== null, performance.now());
    close();
    try {
      if (isNamed === true) await showNamed(tenant, phone, calls);
      else await hurryMessages(pool, tenant.number, [...calls.keys()]);
      onDue();
    } catch (error) {
      logger.warn('calls not shown with what was answered, the next event does it', {
        enterprise: tenant.number,
        error,
      });
    }
  }

  /** @returns whether there is a name; null when nobody said */
  async function asked(tenant: Tenant, phone: string): Promise<boolean | null> {
    try {
      const whom = { enterprise: tenant.number, phone };
      const isNamed = await askName(gateway, whom, { timeoutMs, signal: ending.signal });
      outage.worked();
      return isNamed;
    } catch (error) {
      if (!ending.signal.aborted) outage.failed(error instanceof Error ? error.message : String(error));
      return null;
    }
  }

  /** @param before names that the calls were shown with */
  async function showNamed(tenant: Tenant, phone: string, before: ReadonlyMap<string, string | null>): Promise<void> {
    for (let tries = 0; tries < BUSY_TRIES && !ending.signal.aborted; tries += 1) {
      const shown = await showAgain(options, tenant, phone, [...before.keys()]);
      if (shown !== null) {
        const named = shown.filter(({ uuid, clientName }) => clientName !== before.get(uuid));
        if (named.length > 0) onNamed(tenant, named);
        return;
      }
      await pause(BUSY_PAUSE_MS);
    }
  }

  return {
    waitMs: (tenant, phone) => patienceWith(tenant).waitMs(phone, performance.now()),
    ask: (tenant, calls) => {
      if (ending.signal.aborted) return;
      for (const call of calls) {
        patienceWith(tenant).began(call.phone, performance.now());
        questions.ask(tenant, call);
      }
    },
    stop: async () => {
      ending.abort();
      await questions.stop();
    },
  };
}

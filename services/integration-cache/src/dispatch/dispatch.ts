import type { Crm, EnterpriseNumber } from '@live-calls/shared/contracts';
import type { Router } from 'express';
import type { Directory } from '../directory/enterprise.js';
import { createDeliver, type DeliverOptions } from '../deliver/deliver.js';
import { createHousekeeping } from '../deliver/housekeeping.js';
import { createAccept } from './accept.js';
import { createDispatchRoute } from './route.js';

export interface DispatchOptions extends DeliverOptions {
  directory: Pick<Directory, 'find' | 'findByToken'>;
  /** Unix milliseconds. */
  now?: () => number;
}

export interface Dispatch {
  /** `POST /dispatch/call-event`. */
  router: Router;
  /** A section of the configuration was saved and is known to the directory. */
  onConfigSaved(enterpriseNumber: EnterpriseNumber, crm: Crm): Promise<void>;
  /** Delivers nothing more; events are still accepted. */
  drain(): Promise<void>;
  /** The same, for whoever did not drain. */
  close(): Promise<void>;
}

/** Accepts calls' events and brings them to the adapters: docs/decisions/0003-gateway.md. */
export function createDispatch({ now = Date.now, ...options }: DispatchOptions): Dispatch {
  const { pool, directory, logger } = options;
  const deliver = createDeliver(options);
  const housekeeping = createHousekeeping({ pool, logger });
  const drain = async (): Promise<void> => {
    await Promise.all([deliver.stop(), housekeeping.stop()]);
  };
  return {
    router: createDispatchRoute({
      directory,
      accept: createAccept({ pool, now }),
      logger,
      onAccepted: (crms) => deliver.wake(crms),
    }),
    onConfigSaved: deliver.onConfigSaved,
    drain,
    close: drain,
  };
}

import type { IncomingMessage, ServerResponse } from 'node:http';
import type pg from 'pg';
import { createAllowList, type AccessLog, type Logger } from '@live-calls/shared/runtime';
import { createGuesses, type Guesses } from '../doors/guesses.js';
import { send, sendEarly, type Answer } from '../ingest/answer.js';
import { tooMany } from '../ingest/tooMany.js';
import type { Tenant } from '../tenants/tenant.js';
import { isFromHostOf } from './hostToken.js';
import { createRecoverBody, type RecoveryLimits } from './recoverBody.js';

export interface RecoveryRoute {
  /** Answers `POST /recovery/<enterprise>`. @returns false, without touching it, when the request is for another route */
  handle(request: IncomingMessage, response: ServerResponse): boolean;
  /** Ends what runs after its batch; resolves when all are answered. */
  stop(): Promise<void>;
}

interface RecoveryRouteOptions {
  pool: pg.Pool;
  tenants: { all(): readonly Tenant[] };
  logger: Logger;
  accessLog: Pick<AccessLog, 'record'>;
  /** CIDR ranges of the hosts. */
  allow: readonly string[];
  /** After each commit; must be quick. */
  onStored: (tenant: Tenant) => void;
  limits?: Partial<RecoveryLimits>;
  /** Wrong tokens. */
  guesses?: Guesses;
}

/** Hundreds of hosts begin at the full minute. */
const AT_ONCE = 4;

const DEFAULT_LIMITS: RecoveryLimits = {
  rows: 200_000,
  bytes: 256 * 1024 * 1024,
  // More would keep live events waiting while they are read.
  batchRows: 500,
  batchBytes: 4 * 1024 * 1024,
  idleMs: 30_000,
  totalMs: 600_000,
  batchMs: 40_000,
};

const PATH = /^\/recovery\/([^/?]+)\/?(?:\?(.*))?$/;
const FORBIDDEN: Answer = { status: 403, body: { detail: 'this address may not post events' } };
const UNKNOWN: Answer = { status: 401, body: { detail: 'the Token header is not the token of this enterprise' } };
const NOT_POST: Answer = { status: 405, body: { detail: 'a host log is posted' }, headers: { allow: 'POST' } };
const BUSY: Answer = {
  status: 503,
  body: { detail: 'too many recoveries at once' },
  headers: { 'retry-after': '30' },
};

/** The door for hosts' logs: NDJSON, a row of AlternativeAPIlogs each, answered with a RecoveryReport and its text. */
export function createRecoveryRoute(options: RecoveryRouteOptions): RecoveryRoute {
  const { tenants, logger, accessLog, guesses = createGuesses() } = options;
  const isAllowed = createAllowList(options.allow);
  const stopping = new AbortController();
  const running = new Set<Promise<void>>();
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const recoverBody = createRecoverBody({ ...options, limits, stopping: stopping.signal });

  function admit(request: IncomingMessage, name: string): Tenant | Answer {
    if (!isAllowed(request.socket.remoteAddress)) return FORBIDDEN;
    if (request.method !== 'POST') return NOT_POST;
    const tenant = tenants.all().find((each) => each.number === name || each.name === name);
    const { remoteAddress } = request.socket;
    const number = tenant?.number;
    const waitMs = guesses.waitMs(remoteAddress, number);
    if (waitMs > 0) return tooMany('wrong tokens', waitMs);
    if (!isFromHostOf(tenant, request)) {
      guesses.count(remoteAddress, number);
      return UNKNOWN;
    }
    return stopping.signal.aborted || running.size >= AT_ONCE ? BUSY : tenant;
  }

  async function answer(request: IncomingMessage, response: ServerResponse, name: string, query = ''): Promise<void> {
    const since = performance.now();
    const say = (told: Answer, enterprise?: string): void => {
      const bytes = request.complete ? send(response, told) : sendEarly(request, response, told);
      accessLog.record({ request, status: told.status, ms: performance.now() - since, bytes, enterprise });
    };
    const tenant = admit(request, name);
    if ('status' in tenant) {
      if (tenant === FORBIDDEN || tenant === UNKNOWN) {
        logger.warn('recovery refused', { status: tenant.status, ip: request.socket.remoteAddress });
      }
      say(tenant);
      return;
    }
    const told = await recoverBody(request, tenant, new URLSearchParams(query).get('dry_run') === '1');
    if (told && !response.destroyed) say(told, tenant.number);
    else accessLog.record({ request, status: 499, ms: performance.now() - since, bytes: 0, enterprise: tenant.number });
  }

  return {
    handle(request, response) {
      const [, name, query] = PATH.exec(request.url ?? '') ?? [];
      if (name === undefined) return false;
      const answered = answer(request, response, name, query)
        .catch((error: unknown) => {
          logger.error('recovery failed', { error });
          request.destroy();
        })
        .finally(() => running.delete(answered));
      running.add(answered);
      return true;
    },
    async stop() {
      stopping.abort();
      await Promise.all(running);
    },
  };
}

import { createHash } from 'node:crypto';
import type { Crm, EnterpriseNumber } from '../../contracts/index.js';
import { addIntegrationLog, type IntegrationLogEntry } from '../../db/integrationLogs.js';
import type { Queryable } from '../../db/pool.js';
import type { Logger } from '../logger.js';
import { CrmError } from './crmError.js';
import { NoAnswer, OutOfTime, type CrmAnswer, type CrmHttp, type CrmRequest } from './crmHttp.js';
import { exchange } from './exchange.js';
import type { Mask } from './mask.js';
import { privateAddress, type Outbound } from './outbound.js';
import { PrivateAddress } from './outboundAddress.js';
import type { Pacer } from './pacer.js';
import { shownAnswer, shownRequest } from './requestLog.js';

const TIMEOUT_MS = 8_000;
const MAX_BYTES = 1024 * 1024;
/** For a turn within the CRM's limit. */
const LONGEST_WAIT_MS = 3_000;

interface CrmHttpParts {
  db: Queryable;
  outbound: Outbound;
  pacer: Pacer;
  logger: Logger;
  mask: Mask;
  secrets: readonly string[];
  /** Whose request it is and what it is about. */
  about: { enterpriseNumber: EnterpriseNumber; crm: Crm; eventType: string; uniqueId: string; attempt: number };
  /** Of performance.now(): when everything that is asked has to be over. */
  endsAt: number;
}

/** HTTP to one enterprise's account for one event. */
export function createCrmHttp({ db, outbound, pacer, logger, mask, secrets, about, endsAt }: CrmHttpParts): CrmHttp {
  const leftMs = (): number => endsAt - performance.now();

  const log = async (entry: Pick<IntegrationLogEntry, 'request' | 'response' | 'error' | 'durationMs'>) => {
    try {
      await addIntegrationLog(db, { ...about, ...entry });
    } catch (error) {
      logger.warn('request is missing in integration_logs', { ...about, error });
    }
  };

  const ask = async (url: URL, request: CrmRequest): Promise<CrmAnswer> => {
    const { limit, method, timeoutMs = TIMEOUT_MS, maxBytes = MAX_BYTES } = request;
    const dispatcher = outbound.dispatcherFor(url, method);
    if (leftMs() <= 0) throw new OutOfTime();
    if (limit !== undefined) {
      const owner = limit.per === 'host' ? hostOf(url) : accountOf(url, secrets);
      await pacer.turn(owner, limit, Math.min(LONGEST_WAIT_MS, leftMs()));
    }
    if (leftMs() <= 0) throw new OutOfTime();
    try {
      return await exchange(dispatcher, url, request, { timeoutMs: Math.min(timeoutMs, leftMs()), maxBytes });
    } catch (error) {
      throw error instanceof NoAnswer && error.cause instanceof PrivateAddress ? privateAddress(url) : error;
    }
  };

  return {
    async request(request) {
      const url = URL.parse(request.url.toString());
      if (url === null) throw badAddress(mask(request.url.toString()));
      const begunAt = performance.now();
      let answer: CrmAnswer | undefined;
      let failure: string | null = null;
      try {
        answer = await ask(url, request);
        return answer;
      } catch (error) {
        failure = error instanceof Error ? error.message : 'failed';
        throw error;
      } finally {
        await log({
          request: shownRequest(mask, url.href, request),
          response: answer === undefined ? null : shownAnswer(mask, answer),
          error: failure === null ? null : mask(failure),
          durationMs: performance.now() - begunAt,
        });
      }
    },
  };
}

/** In lower case already; with a dot behind it the name is the same. */
const hostOf = ({ host }: URL): string => host.replace(/\.(?=:|$)/, '');

/** Limits are those of an account: a host and a key. */
function accountOf(url: URL, secrets: readonly string[]): string {
  return `${hostOf(url)} ${createHash('sha256').update(secrets.join('\n')).digest('hex')}`;
}

const badAddress = (address: string): CrmError =>
  new CrmError(`${address} is not an address`, {
    kind: 'configuration',
    advice: 'Исправьте адрес CRM в настройках компании.',
  });

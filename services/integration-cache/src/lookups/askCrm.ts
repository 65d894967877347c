import { ClientProfile, type Crm, type EnterpriseNumber } from '@live-calls/shared/contracts';
import type { Logger } from '@live-calls/shared/runtime';
import { z } from 'zod';

/**
 * Asks an enterprise's CRM through the CRM's adapter, which uses that enterprise's account.
 *
 * @param phone E.164
 * @returns undefined: it did not answer, which says nothing of the client
 */
export type AskCrm = (
  enterpriseNumber: EnterpriseNumber,
  crm: Crm,
  phone: string,
) => Promise<{ client: ClientProfile | null } | undefined>;

interface AskCrmOptions {
  adapterUrl: (crm: Crm) => string;
  internalToken: string | undefined;
  logger: Logger;
  /** Nobody waits longer for a name. Default 2.5 s. */
  timeoutMs?: number;
}

const Answer = z.object({ client: ClientProfile.nullable() });
const Problem = z.object({ error: z.string() });

export function createAskCrm({ adapterUrl, internalToken, logger, timeoutMs = 2_500 }: AskCrmOptions): AskCrm {
  const headers: Record<string, string> = internalToken === undefined ? {} : { 'x-internal-token': internalToken };

  return async (enterpriseNumber, crm, phone) => {
    const since = performance.now();
    const query = new URLSearchParams({ enterprise: enterpriseNumber, phone });
    let reason: string;
    try {
      const response = await fetch(`${adapterUrl(crm)}/internal/${crm}/client?${query.toString()}`, {
        headers,
        redirect: 'error',
        signal: AbortSignal.timeout(timeoutMs),
      });
      const body: unknown = await response.json();
      const answer = Answer.safeParse(body);
      if (response.status === 200 && answer.success) return answer.data;
      reason = Problem.safeParse(body).data?.error ?? `the adapter answered ${response.status}`;
    } catch (error) {
      reason = reasonOf(error);
    }
    const ms = Math.round(performance.now() - since);
    logger.warn('no answer about a client', { enterprise: enterpriseNumber, crm, reason, ms });
    return undefined;
  };
}

/** Without the address: it says nothing that is not known, and a stack would be a line per call. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  if (cause instanceof Error) return 'code' in cause ? String(cause.code) : cause.message;
  return error.message;
}

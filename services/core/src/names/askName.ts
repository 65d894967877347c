import { ClientProfile, displayName } from '@live-calls/shared/contracts';
import { z } from 'zod';
import { NoGateway, type Gateway } from '../gateway/gateway.js';

const Answer = z.looseObject(ClientProfile.omit({ extension: true }).partial().shape);

/**
 * Asks 8020 for a client's name; it stores what the CRM says before it answers.
 *
 * @param phone E.164
 * @returns whether there is a name to be read now
 * @throws NoGateway when it did not say
 */
export async function askName(
  gateway: Gateway,
  { enterprise, phone }: { enterprise: string; phone: string },
  { timeoutMs, signal }: { timeoutMs: number; signal: AbortSignal },
): Promise<boolean> {
  const path = `/customer-profile/${encodeURIComponent(enterprise)}/${encodeURIComponent(phone)}`;
  const { status, json } = await gateway.request({ method: 'GET', path, timeoutMs, signal });
  const answer = Answer.safeParse(json);
  if (status !== 200 || !answer.success) throw new NoGateway(`answered ${status} without a profile`);
  const { last_name = null, first_name = null, middle_name = null, enterprise_name = null } = answer.data;
  return displayName({ last_name, first_name, middle_name, enterprise_name }) !== null;
}

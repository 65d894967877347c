import { CrmError, type CallContext } from '@live-calls/shared/runtime';
import { Registered } from './answers.js';
import type { Portal } from './client.js';
import { registerOf, registrationOf } from './mapping.js';
import { userIdOf, userOf, type User } from './users.js';

export type Call = CallContext<'bitrix24'>;

/** A call as the portal knows it. */
export interface BegunCall {
  callId: string;
  /** Who got the card with the registration. */
  shownTo: number[];
}

const REGISTER = 'register';
const METHOD = 'telephony.externalCall.register';

const NOBODY_ADVICE =
  'Портал записывает звонок только на сотрудника. Укажите в разделе bitrix24 default_user_id: id того, на кого записывать звонки без сотрудника.';

/**
 * The call in the portal, registered now unless it is already.
 *
 * @param withCard ids of the users who have to see the card now
 * @param suffix makes it another call, for one that the portal has forgotten
 */
export async function begin(
  { call, config, ledger, note }: Call,
  portal: Portal,
  withCard: readonly number[],
  suffix = '',
): Promise<BegunCall> {
  // The portal recognises a repetition in the same name and through the same line only.
  const chosen = await ledger.once('registration', 'repeat', () => Promise.resolve(registrationOf(config, call)));
  return ledger.once(`${REGISTER}${suffix}`, 'repeat', async () => {
    const user = requireUser(userOf(config, [chosen.extension]));
    const own = userIdOf(config, chosen.extension);
    const shownTo = own !== undefined && withCard.includes(own) ? [own] : [];
    const externalCallId = `${call.external_id}${suffix}`;
    const options = { ...chosen, user, show: shownTo.length > 0, createsLead: config.crm_create, externalCallId };
    const answer = await portal.call(METHOD, registerOf(call, options), Registered);
    const problem = answer.LEAD_CREATION_ERROR ?? '';
    if (problem !== '') note(`Битрикс24 не создал лид: ${problem}`);
    return { callId: answer.CALL_ID, shownTo };
  });
}

/** Whether the portal may know the call. @param begun names of the ledger's steps */
export const isBegun = (begun: readonly string[]): boolean => begun.includes(REGISTER);

/** @throws CrmError `configuration` */
export function requireUser(user: User | undefined): User {
  if (user !== undefined) return user;
  throw new CrmError('nobody of the portal stands for the call', { kind: 'configuration', advice: NOBODY_ADVICE });
}

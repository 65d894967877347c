import type { CallContext, CrmAdapter } from '@live-calls/shared/runtime';
import { createBackOff } from './backOff.js';
import { cardsOfRinging, cardsOfTalk } from './cards.js';
import { checkAccount } from './check.js';
import { createClient } from './client.js';
import { closeEntry, entryOf } from './closing.js';
import { findClient } from './findClient.js';
import { finishCall } from './finishing.js';
import { hideCards, showCards } from './showing.js';
import type { Writer } from './writing.js';

/**
 * MoySklad: the call is created when the first card is shown, and told how it ended when it is over. MoySklad knows it by
 * our `externalId`, so every step may be repeated.
 *
 * @param now Unix milliseconds
 */
export function createAdapter(now: () => number = Date.now): CrmAdapter<'moysklad'> {
  const backOff = createBackOff(now);
  const writer = (context: CallContext<'moysklad'>): Writer => {
    return { context, client: createClient(context, backOff), now };
  };
  return {
    crm: 'moysklad',
    ringing: (context) => showCards(writer(context), cardsOfRinging),
    answered: (context) => showCards(writer(context), cardsOfTalk),
    ended: async (context) => {
      const failure = await hideCards(writer(context));
      await finishCall(writer(await entryOf(context)));
      if (failure !== undefined) throw failure;
    },
    cancelled: async (context) => {
      const failure = await hideCards(writer(context));
      await closeEntry(writer(context));
      if (failure !== undefined) throw failure;
    },
    findClient: (context, phone) => findClient(context, createClient(context, backOff), phone),
    // Somebody may have put something right just now: MoySklad is asked whatever it refused before.
    check: (context) => checkAccount(context, createClient(context, createBackOff(now))),
  };
}

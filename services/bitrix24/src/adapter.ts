import { CrmError, NoAnswer, type CrmAdapter } from '@live-calls/shared/runtime';
import { begin, isBegun, type BegunCall, type Call } from './begin.js';
import { hideFromAll, hideFromOthers, showTo } from './cards.js';
import { check } from './check.js';
import { createPortal, type Portal } from './client.js';
import { findClient } from './findClient.js';
import { finish } from './finish.js';
import { creditedOf } from './mapping.js';
import { createOperatingTimes, type OperatingTimes } from './operatingTimes.js';
import { createAttaching, type Attaching } from './recording.js';
import { userIdsOf } from './users.js';

interface Parts {
  operating: OperatingTimes;
  attaching: Attaching;
}

/** Bitrix24: a call is registered when it is first heard of, its card shown and hidden, and finished once when it is over. */
export function createAdapter({
  operating = createOperatingTimes(),
  attaching = createAttaching(),
}: Partial<Parts> = {}): CrmAdapter<'bitrix24'> {
  const portalOf = (context: Parameters<typeof createPortal>[0]): Portal => createPortal(context, operating);
  return {
    crm: 'bitrix24',
    ringing: (context) => ringing(context, portalOf(context)),
    answered: (context) => answered(context, portalOf(context)),
    ended: async (context) => {
      await ended(context, portalOf(context));
    },
    cancelled: (context) => cancelled(context, portalOf(context)),
    recorded: async (context) => {
      const portal = portalOf(context);
      await attaching.attach(context, portal, await ended(context, portal));
    },
    findClient: (context, phone) => findClient(context, portalOf(context), phone),
    check: (context) => check(context, portalOf(context)),
  };
}

async function ringing(context: Call, portal: Portal): Promise<void> {
  const { call, config, ledger } = context;
  // A dial that is late finds somebody talking: the answer that follows shows the card to them.
  if (call.state !== 'dial' || isPast(context, await ledger.done())) return;
  const users = userIdsOf(config, call.ringing);
  await showTo(context, portal, await begin(context, portal, users), users);
}

async function answered(context: Call, portal: Portal): Promise<void> {
  const { call, config, ledger } = context;
  if (isPast(context, await ledger.done())) return;
  await ledger.once(talkStep(call.talked.length), 'repeat', nothing);
  const users = userIdsOf(config, creditedOf(call));
  const begun = await begin(context, portal, users);
  await hideFromOthers(context, portal, begun, users);
  await showTo(context, portal, begun, users);
}

/** @returns CALL_ID of the journal's entry */
async function ended(context: Call, portal: Portal): Promise<string> {
  // From now on no card is shown, whatever becomes of this attempt.
  await context.ledger.once(OVER, 'repeat', nothing);
  const begun = await begin(context, portal, []);
  await closeCards(context, portal, begun);
  return finish(context, portal, begun);
}

/** A call that is registered and never finished is in no journal: nobody may see its card any more, and that is all. */
async function cancelled(context: Call, portal: Portal): Promise<void> {
  const { call, config, ledger } = context;
  await ledger.once(OVER, 'repeat', nothing);
  const begun = await ledger.begun();
  if (!isBegun(begun) || begun.some((step) => step.startsWith('finish'))) return;
  // Those included to whom it was shown without an answer.
  const users = userIdsOf(config, [...call.rang, ...call.ringing, ...call.talked]);
  await hideFromAll(context, portal, await begin(context, portal, []), users);
}

/** The portal hides the card of the one to whom the call is put down, of others it is to be told. */
async function closeCards(context: Call, portal: Portal, begun: BegunCall): Promise<void> {
  const [user] = userIdsOf(context.config, creditedOf(context.call));
  try {
    const inHaste = { tries: 1, timeoutMs: 3_000 };
    await hideFromOthers(context, portal, begun, user === undefined ? [] : [user], inHaste);
  } catch (error) {
    if (!(error instanceof CrmError || error instanceof NoAnswer)) throw error;
    // The journal must not wait for it.
    context.note(`карточка звонка могла остаться открытой: ${error.message}`);
  }
}

const OVER = 'over';

const talkStep = (talkers: number): string => `talk:${talkers}`;

/** It is not happening now: the call is over, or something later was told already. */
function isPast({ call, origin }: Call, done: readonly string[]): boolean {
  const talkers = done.flatMap((step) => (step.startsWith('talk:') ? [Number(step.slice('talk:'.length))] : []));
  const isOutdated = talkers.some((count) => count > call.talked.length);
  return origin !== 'live' || call.state === 'final' || done.includes(OVER) || isOutdated;
}

const nothing = (): Promise<null> => Promise.resolve(null);

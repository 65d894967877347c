import { CrmError, localTime, type CallContext, type CrmAdapter } from '@live-calls/shared/runtime';
import { checkAccount } from './check.js';
import { createClient } from './client.js';
import {
  hangupEvent,
  idsOf,
  peopleOf,
  peopleWith,
  profileOf,
  ringingEvent,
  uploadedCall,
  without,
  type CallEvent,
} from './mapping.js';
import { createZones, type ZoneOf } from './zones.js';

type Context = CallContext<'retailcrm'>;

/** Steps `ring:11,12`: who was shown the card. */
const RING = 'ring:';
const UPLOAD = 'upload';
const CANCEL = 'cancel';

/** How long a screen may go on showing a call for which no card is known to have been shown. */
const CARD_MS = 600_000;

/** @param now Unix milliseconds */
export function createAdapter(now: () => number = Date.now): CrmAdapter<'retailcrm'> {
  const zoneOf = createZones(now);

  return {
    crm: 'retailcrm',
    ringing: showCard,
    // RetailCRM has no such event: its card closes at the hangup.
    answered: () => Promise.resolve(),
    ended: async (context) => {
      const failure = await closeCards(context, now());
      await upload(context, zoneOf);
      if (failure !== undefined) throw failure;
    },
    cancelled: takeCardsBack,
    findClient: async (context, phone) => {
      const { customer, manager } = await createClient(context).findPeople(phone);
      return customer === undefined ? null : profileOf(context.config, customer, manager);
    },
    check: checkAccount,
  };
}

/** To each person once, in one request for all who ring anew. */
async function showCard(context: Context): Promise<void> {
  const { call, config, enterprise, ledger } = context;
  const steps = await ledger.done();
  if (steps.includes(UPLOAD) || steps.includes(CANCEL)) return; // over: nothing would close the card
  const people = without(peopleOf(config, enterprise.country, call.ringing), shownTo(steps));
  const ids = idsOf(people);
  if (ids.length === 0) return;
  await ledger.once(`${RING}${ids.join(',')}`, 'repeat', () =>
    send(context, ringingEvent(config, enterprise.country, call, people)),
  );
}

/** From whoever was shown one, with or without an answer. */
async function takeCardsBack(context: Context): Promise<void> {
  const { call, config, enterprise, ledger } = context;
  const steps = await ledger.begun();
  const shown = shownTo(steps);
  if (shown.size === 0 || steps.includes(UPLOAD)) return;
  const people = peopleWith(config, [...shown]);
  await ledger.once(CANCEL, 'repeat', () =>
    send(context, hangupEvent(config, enterprise.country, call, people, 'cancel')),
  );
}

/**
 * Closes the card of everybody who may see one.
 *
 * @returns why it could not be done now: the journal must not wait for it
 */
async function closeCards(context: Context, now: number): Promise<Error | undefined> {
  const { call, config, enterprise, ledger, note } = context;
  const people = peopleOf(config, enterprise.country, [...call.rang, ...call.ringing, ...call.talked]);
  const isOver = call.ended_at !== null && now - Date.parse(call.ended_at) >= CARD_MS;
  if (idsOf(people).length === 0 || (isOver && shownTo(await ledger.done()).size === 0)) return undefined;
  try {
    await ledger.once('hangup', 'repeat', () => send(context, hangupEvent(config, enterprise.country, call, people)));
    return undefined;
  } catch (error) {
    if (!(error instanceof CrmError) || error.facts.kind !== 'rejected') return error as Error;
    note(`Карточка звонка могла остаться открытой: ${error.message}`);
    return undefined;
  }
}

async function upload(context: Context, zoneOf: ZoneOf): Promise<void> {
  const { call, config, enterprise, ledger, note } = context;
  await ledger.once(UPLOAD, 'repeat', async () => {
    const zone = await zoneOf(context);
    const uploaded = uploadedCall(config, enterprise.country, call, (iso) => localTime(iso, zone));
    const { isStored } = await createClient(context).uploadCall(uploaded);
    if (!isStored) {
      throw new CrmError('RetailCRM took the upload and stored no call', {
        kind: 'rejected',
        advice: 'RetailCRM не записал звонок и не сказал почему. Внесите его вручную, если он нужен.',
      });
    }
    if (uploaded.userId === undefined && uploaded.code === undefined)
      note('Звонок записан без менеджера: укажите default_user_id в разделе retailcrm.');
    return uploaded.userId ?? uploaded.code ?? null;
  });
}

async function send(context: Context, event: CallEvent): Promise<void> {
  const { unknownCodes, unknownUsers } = await createClient(context).sendEvent(event);
  if (unknownCodes.length > 0) context.note(`RetailCRM не знает внутренних номеров ${unknownCodes.join(', ')}.`);
  if (unknownUsers.length > 0) context.note(`RetailCRM не знает пользователей ${unknownUsers.join(', ')}.`);
}

function shownTo(steps: readonly string[]): Set<string> {
  return new Set(steps.filter((step) => step.startsWith(RING)).flatMap((step) => step.slice(RING.length).split(',')));
}

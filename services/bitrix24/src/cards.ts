import { Shown } from './answers.js';
import type { BegunCall, Call } from './begin.js';
import type { CallOptions, Portal } from './client.js';

/** Who sees the card of a call. */
export interface Cards {
  open: number[];
  /** How often cards were shown or hidden: tells steps of the same users apart. */
  changes: number;
}

const STEP = /^(show|hide):\d+:([\d,]+)$/;

/**
 * Reads from the names of steps who sees the card: nothing else remembers it.
 *
 * @param first ids of the users who got it with the registration
 * @param done names of the ledger's steps, in order
 */
export function readCards(first: readonly number[], done: readonly string[]): Cards {
  const open = new Set(first);
  let changes = 0;
  for (const step of done) {
    const [, kind, ids] = STEP.exec(step) ?? [];
    if (ids === undefined) continue;
    changes += 1;
    for (const id of ids.split(',').map(Number)) {
      if (kind === 'show') open.add(id);
      else open.delete(id);
    }
  }
  return { open: [...open], changes };
}

/** Shows the card to those who do not see it yet. */
export async function showTo(
  context: Call,
  portal: Portal,
  begun: BegunCall,
  userIds: readonly number[],
): Promise<void> {
  const cards = await cardsOf(context, begun);
  const ids = userIds.filter((id) => !cards.open.includes(id));
  await change('show', { context, portal, begun, cards, ids });
}

/** Hides the card from everybody else who sees it. */
export async function hideFromOthers(
  context: Call,
  portal: Portal,
  begun: BegunCall,
  userIds: readonly number[],
  options?: CallOptions,
): Promise<void> {
  const cards = await cardsOf(context, begun);
  const ids = cards.open.filter((id) => !userIds.includes(id));
  await change('hide', { context, portal, begun, cards, ids, options });
}

/** Hides the card from everybody who sees it, once. @param userIds who may see it without our knowing */
export async function hideFromAll(
  context: Call,
  portal: Portal,
  begun: BegunCall,
  userIds: readonly number[],
): Promise<void> {
  const cards = await cardsOf(context, begun);
  const ids = [...new Set([...cards.open, ...userIds])];
  if (ids.length > 0) await context.ledger.once('cancel', 'repeat', () => tell('hide', portal, begun, ids));
}

interface Change {
  context: Call;
  portal: Portal;
  begun: BegunCall;
  cards: Cards;
  /** Of users. */
  ids: readonly number[];
  options?: CallOptions | undefined;
}

async function change(kind: 'show' | 'hide', { context, portal, begun, cards, ids, options }: Change): Promise<void> {
  if (ids.length === 0) return;
  await context.ledger.once(`${kind}:${cards.changes}:${ids.join(',')}`, 'repeat', () =>
    tell(kind, portal, begun, ids, options),
  );
}

/** False is no error: the portal has no such call on any screen. */
const tell = (
  kind: 'show' | 'hide',
  portal: Portal,
  { callId }: BegunCall,
  ids: readonly number[],
  options?: CallOptions,
): Promise<boolean> => portal.call(`telephony.externalCall.${kind}`, { CALL_ID: callId, USER_ID: ids }, Shown, options);

const cardsOf = async ({ ledger }: Call, { shownTo }: BegunCall): Promise<Cards> =>
  readCards(shownTo, await ledger.done());

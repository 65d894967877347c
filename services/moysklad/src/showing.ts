import type { CallView } from '@live-calls/shared/contracts';
import { CrmError, withQuickTries, type Ledger } from '@live-calls/shared/runtime';
import { Cards, cardsAfter, changeCards, eventsOf, isStale, nextSequence, NO_CARDS } from './cards.js';
import { openedCall } from './mapping.js';
import { askedAt, markAsked, writeCall, type Writer } from './writing.js';

/** The call is over: dials and answers that come later do nothing. */
const OVER = 'over';
/** `cards:1`, `cards:2`, …: each remembers who has a card after it. */
const CARDS = 'cards:';

/** Shows the call's card to whoever should have it now, and takes it from the others. */
export async function showCards(writer: Writer, wantedOf: (call: CallView, before: Cards) => string[]): Promise<void> {
  const { context, now } = writer;
  const { call, config, ledger, origin } = context;
  if (origin !== 'live' || call.state === 'final') return;
  const done = await ledger.done();
  const steps = done.filter((step) => step.startsWith(CARDS));
  const before = await cardsOf(ledger, steps.at(-1));
  if (done.includes(OVER) || isStale(call, before)) return;

  const step = `${CARDS}${steps.length + 1}`;
  const change = changeCards(before, wantedOf(call, before), config);
  if (change.hide.length + change.show.length === 0) {
    // That somebody talks is remembered: a dial from before must show nothing.
    const after = cardsAfter(before, change, call, []);
    if (after.talked > before.talked) await ledger.once(step, 'repeat', () => Promise.resolve(after));
    return;
  }
  let mayBeThere = (await askedAt(writer)) !== undefined;
  const openedAt = await markAsked(writer);
  const attempt = async (): Promise<Cards> => {
    const events = eventsOf(change, config, nextSequence(before, openedAt, now()));
    const isRepeated = mayBeThere;
    mayBeThere = true;
    await writeCall(writer, isRepeated, { events }, { ...openedCall(call, config), events });
    return cardsAfter(before, change, call, events);
  };
  await ledger.once(step, 'repeat', () => withQuickTries(attempt, { mayRepeat: true }));
}

/**
 * Takes the cards from everybody, those included that were shown without an answer.
 *
 * @returns why it could not be done now: the journal must not wait for it
 */
export async function hideCards(writer: Writer): Promise<Error | undefined> {
  const { context, client, now } = writer;
  const { call, ledger } = context;
  await ledger.once(OVER, 'repeat', () => Promise.resolve(null));
  const openedAt = await askedAt(writer);
  const before = await cardsOf(
    ledger,
    (await ledger.done()).findLast((step) => step.startsWith(CARDS)),
  );
  const hide = async (): Promise<void> => {
    if (openedAt === undefined) return;
    const sequence = nextSequence(before, openedAt, now());
    await client.addEvent(call.external_id, { eventType: 'HIDE_ALL', sequence });
  };
  try {
    await ledger.once('hide', 'repeat', () => withQuickTries(hide, { mayRepeat: true, tries: 2 }));
    return undefined;
  } catch (error) {
    if (!(error instanceof CrmError) || error.facts.kind !== 'rejected') return error as Error;
    context.note(`МойСклад не закрыл карточку звонка: ${error.message}`);
    return undefined;
  }
}

async function cardsOf(ledger: Ledger, step: string | undefined): Promise<Cards> {
  return step === undefined ? NO_CARDS : (Cards.safeParse(await ledger.resultOf(step)).data ?? NO_CARDS);
}

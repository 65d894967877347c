import type { CallView } from '@live-calls/shared/contracts';
import { z } from 'zod';
import type { CardEvent } from './mapping.js';
import { lastTalker, personAt, type Config } from './people.js';

/** Who has the call's card on the screen, and what was told so far. */
export const Cards = z.object({
  /** Numbers of the people, as the call names them. */
  shown: z.array(z.string()),
  /** How many had talked then. */
  talked: z.number(),
  /** Of the last event. */
  sequence: z.number(),
});
export type Cards = z.infer<typeof Cards>;

export const NO_CARDS: Cards = { shown: [], talked: 0, sequence: 0 };

/** Whoever rang keeps the card until somebody answers. */
export function cardsOfRinging(call: CallView, { shown }: Cards): string[] {
  const talking = call.state === 'talk' ? cardsOfTalk(call) : [];
  return [...new Set([...shown, ...talking, ...call.ringing])];
}

/** Whoever talks, nobody else. */
export function cardsOfTalk(call: CallView): string[] {
  const talker = lastTalker(call);
  return talker === undefined ? [] : [talker];
}

/** Something later was told already. */
export const isStale = ({ talked }: CallView, before: Cards): boolean => talked.length < before.talked;

export interface CardChange {
  hide: string[];
  show: string[];
}

/** What leads from the cards that are shown to the wanted ones; people whom MoySklad cannot know get none. */
export function changeCards({ shown }: Cards, wanted: readonly string[], config: Config): CardChange {
  return {
    hide: shown.filter((number) => !wanted.includes(number)),
    show: wanted.filter((number) => !shown.includes(number) && personAt(config, number) !== undefined),
  };
}

/** @param sequence of the first event */
export function eventsOf({ hide, show }: CardChange, config: Config, sequence: number): CardEvent[] {
  const event = (eventType: CardEvent['eventType'], number: string) => {
    const person = personAt(config, number);
    return person === undefined ? [] : [{ eventType, ...person }];
  };
  const events = [
    ...hide.flatMap((number) => event('HIDE', number)),
    ...show.flatMap((number) => event('SHOW', number)),
  ];
  return events.map((each, index) => ({ ...each, sequence: sequence + index }));
}

/** The cards after these events. */
export function cardsAfter(
  before: Cards,
  { hide, show }: CardChange,
  call: CallView,
  events: readonly CardEvent[],
): Cards {
  return {
    shown: [...before.shown.filter((number) => !hide.includes(number)), ...show],
    talked: call.talked.length,
    sequence: events.at(-1)?.sequence ?? before.sequence,
  };
}

/**
 * Grows whatever happens: past the last event that was answered, and by the clock past those that were not.
 *
 * @param openedAt when the call was first told of, Unix milliseconds
 */
export const nextSequence = ({ sequence }: Cards, openedAt: number, now: number): number =>
  Math.max(sequence + 1, now - openedAt);

import { describe, expect, it } from 'vitest';
import type { CallView } from '@live-calls/shared/contracts';
import {
  cardsAfter,
  cardsOfRinging,
  cardsOfTalk,
  changeCards,
  eventsOf,
  isStale,
  nextSequence,
  NO_CARDS,
} from '../../../services/moysklad/src/cards.js';
import { CALL, configured, person } from './moyskladCall.js';

const call = (changes: Partial<CallView>): CallView => ({ ...CALL, state: 'dial', talked: [], ...changes });
const shown = (...numbers: string[]) => ({ ...NO_CARDS, shown: numbers });

describe('cards', () => {
  it('are shown to who rings, and stay with who rang before', () => {
    expect(cardsOfRinging(call({ ringing: ['150', '151'] }), shown('150'))).toEqual(['150', '151']);
    expect(cardsOfRinging(call({ ringing: ['151'] }), shown('150'))).toEqual(['150', '151']);
  });

  it('are shown to who is called while somebody else talks', () => {
    const transfer = call({ state: 'talk', talked: ['150'], extension: '150', ringing: ['151'] });
    expect(cardsOfRinging(transfer, NO_CARDS)).toEqual(['150', '151']);
  });

  it('belong to who talks, also to who got the call back', () => {
    expect(cardsOfTalk(call({ talked: ['150', '151'], extension: '151' }))).toEqual(['151']);
    expect(cardsOfTalk(call({ talked: ['150', '151'], extension: '150' }))).toEqual(['150']);
    expect(cardsOfTalk(call({ talked: ['+375290000999'], extension: '' }))).toEqual(['+375290000999']);
    expect(cardsOfTalk(call({ talked: [], extension: '' }))).toEqual([]);
  });

  it('change by what is different, people whom MoySklad cannot know have none', () => {
    const change = changeCards(shown('150'), ['+375290000999', '151'], configured());
    expect(change).toEqual({ hide: ['150'], show: ['151'] });
    const events = eventsOf(change, configured(), 7);
    expect(events).toEqual([
      { eventType: 'HIDE', ...person('150', 1), sequence: 7 },
      { eventType: 'SHOW', ...person('151', 2), sequence: 8 },
    ]);
    expect(cardsAfter(shown('150'), change, call({ talked: ['151'] }), events)).toEqual({
      shown: ['151'],
      talked: 1,
      sequence: 8,
    });
  });

  it('of before an answer are stale after it', () => {
    expect(isStale(call({}), { ...NO_CARDS, talked: 1 })).toBe(true);
    expect(isStale(call({ talked: ['150', '151'] }), { ...NO_CARDS, talked: 1 })).toBe(false);
  });

  it('have a sequence that grows past events with and without an answer', () => {
    expect(nextSequence(NO_CARDS, 5_000, 5_000)).toBe(1);
    expect(nextSequence({ ...NO_CARDS, sequence: 6 }, 5_000, 5_002)).toBe(7);
    expect(nextSequence({ ...NO_CARDS, sequence: 6 }, 5_000, 13_000)).toBe(8_000);
    expect(nextSequence({ ...NO_CARDS, sequence: 6 }, 5_000, 4_000)).toBe(7);
  });
});

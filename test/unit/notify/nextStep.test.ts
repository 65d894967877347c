import { expect, it } from 'vitest';
import { nextStep } from '../../../services/core/src/notify/telegram/nextStep.js';

const nothing = { wantedText: 'new', shownText: null, liveMessageId: null, finalMessageId: null };

it.each([
  ['a first live message is sent', { ...nothing, wantedKind: 'live' }, { kind: 'send', slot: 'live' }],
  [
    'a live one is edited',
    { ...nothing, wantedKind: 'live', liveMessageId: 5, shownText: 'old' },
    { kind: 'edit', slot: 'live', telegramId: 5 },
  ],
  ['what is shown stays', { ...nothing, wantedKind: 'live', liveMessageId: 5, shownText: 'new' }, null],
  [
    'the final one is sent before the live one is deleted',
    { ...nothing, wantedKind: 'final', liveMessageId: 5, shownText: 'old' },
    { kind: 'send', slot: 'final' },
  ],
  [
    'then the live one is deleted',
    { ...nothing, wantedKind: 'final', liveMessageId: 5, finalMessageId: 6, shownText: 'new' },
    { kind: 'delete', slot: 'live', telegramId: 5 },
  ],
  ['then it is done', { ...nothing, wantedKind: 'final', finalMessageId: 6, shownText: 'new' }, null],
  [
    'a corrected final one is edited',
    { ...nothing, wantedKind: 'final', finalMessageId: 6, shownText: 'old' },
    { kind: 'edit', slot: 'final', telegramId: 6 },
  ],
  [
    'a live one that was taken back is deleted',
    { ...nothing, wantedKind: 'none', liveMessageId: 5, shownText: 'old' },
    { kind: 'delete', slot: 'live', telegramId: 5 },
  ],
  [
    'a final one that was taken back is deleted',
    { ...nothing, wantedKind: 'none', finalMessageId: 6, shownText: 'old' },
    { kind: 'delete', slot: 'final', telegramId: 6 },
  ],
  ['what was never shown needs nothing', { ...nothing, wantedKind: 'none' }, null],
] as const)('%s', (_name, shown, step) => {
  expect(nextStep(shown)).toEqual(step);
});

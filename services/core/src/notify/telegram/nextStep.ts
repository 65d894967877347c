import type { MessageToShow, Slot } from '@live-calls/shared/db';

/** One request to Telegram. */
export type Step =
  | { kind: 'send'; slot: Slot }
  | { kind: 'edit'; slot: Slot; telegramId: number }
  | { kind: 'delete'; slot: Slot; telegramId: number };

type Shown = Pick<MessageToShow, 'wantedKind' | 'wantedText' | 'shownText' | 'liveMessageId' | 'finalMessageId'>;

/**
 * What brings a chat nearer to what it should show; null when it shows it. The final message is sent before the live one
 * is deleted: at no time is there nothing.
 */
export function nextStep({
  wantedKind,
  wantedText,
  shownText,
  liveMessageId: live,
  finalMessageId: final,
}: Shown): Step | null {
  const isOld = shownText !== wantedText;
  if (wantedKind === 'final') {
    if (final === null) return { kind: 'send', slot: 'final' };
    if (live !== null) return { kind: 'delete', slot: 'live', telegramId: live };
    return isOld ? { kind: 'edit', slot: 'final', telegramId: final } : null;
  }
  // A final message here is one of a call that was taken back.
  if (final !== null) return { kind: 'delete', slot: 'final', telegramId: final };
  if (wantedKind === 'none') return live === null ? null : { kind: 'delete', slot: 'live', telegramId: live };
  if (live === null) return { kind: 'send', slot: 'live' };
  return isOld ? { kind: 'edit', slot: 'live', telegramId: live } : null;
}

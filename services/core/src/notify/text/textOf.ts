import type { Tenant } from '../../tenants/tenant.js';
import type { CallToShow } from '../callToShow.js';
import { detailsOf } from './details.js';
import { firstLineOf } from './firstLine.js';
import { render, type Piece } from './html.js';

export interface MessageText {
  /** Telegram HTML, at most 4096 UTF-16 units after parsing. */
  text: string;
  /** Sent without a sound. */
  silent: boolean;
}

/** The one message that a chat should show for a call; null when it should show none. */
export function textOf(shown: CallToShow, tenant: Tenant): MessageText | null {
  if (shown.retracted) return null;
  const lines: Piece[][] = [firstLineOf(shown, tenant), ...detailsOf(shown, tenant)];
  return { text: render(lines.flatMap((line, i) => (i === 0 ? line : ['\n', ...line]))), silent: isSilent(shown) };
}

/** A sound is for what somebody should act on: a client who rings, a client whom nobody answered. */
function isSilent({ call }: CallToShow): boolean {
  if (call.direction !== 'incoming') return true;
  return call.state === 'final' ? call.answered : call.state === 'talk';
}

/** Telegram's limit, counted in UTF-16 units after the entities were parsed. */
const LIMIT = 4096;

/** Text to be escaped, alone or inside a tag. */
export type Piece = string | { fold: string } | { link: string; url: string };

/**
 * HTML of a message. What is too long is cut before it is escaped, so neither a tag nor an entity is ever torn; a piece
 * behind the limit is left out.
 */
export function render(pieces: readonly Piece[], limit = LIMIT): string {
  let room = limit;
  let html = '';
  for (const piece of pieces) {
    if (room <= 0) break;
    const plain = cut(plainOf(piece), room);
    room -= plain.length;
    html += wrap(piece, escape(plain));
  }
  return html;
}

/** One value of somebody's making in one line of bearable length. */
export function oneLine(value: string, length = 100): string {
  return cut(value.replace(/[\s\p{Cc}]+/gu, ' ').trim(), length);
}

/** The text that a reader of `html` sees: what is sent when Telegram does not take the markup. */
export function withoutMarkup(html: string): string {
  return html.replace(/<[^>]*>/g, '').replace(/&(lt|gt|quot|amp);/g, (entity, name: string) => PLAIN[name] ?? entity);
}

const PLAIN: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', amp: '&' };

function escape(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
}

function plainOf(piece: Piece): string {
  if (typeof piece === 'string') return piece;
  return 'fold' in piece ? piece.fold : piece.link;
}

function wrap(piece: Piece, escaped: string): string {
  if (typeof piece === 'string') return escaped;
  if ('fold' in piece) return `<blockquote expandable>${escaped}</blockquote>`;
  return `<a href="${escape(piece.url)}">${escaped}</a>`;
}

function cut(text: string, length: number): string {
  if (text.length <= length) return text;
  const kept = text.slice(0, length - 1);
  // Half of a surrogate pair is not a character.
  return `${/[\uD800-\uDBFF]$/.test(kept) ? kept.slice(0, -1) : kept}…`;
}

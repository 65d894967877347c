/** The HTML is not what Telegram reads; the message is Telegram's own. */
export class HtmlError extends Error {
  override name = 'HtmlError';
}

const NAMED: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"' };
const LARGEST_CODE_POINT = 0x10ffff;

export interface Scanner {
  /** The next character, '' at the end. */
  peek(): string;
  /** Takes one character; an entity such as `&lt;` counts as the one it stands for. Unknown entities stay as written. */
  takeText(): string;
  take(): string;
  /** Takes characters for as long as they match. */
  takeWhile(pattern: RegExp): string;
  /** Where the scanner stands, in bytes of UTF-8: errors name places like this. */
  byteOffset(): number;
}

/** Reads through a text from left to right. */
export function createScanner(source: string): Scanner {
  let at = 0;
  const peek = (): string => source.charAt(at);
  const take = (): string => source.charAt(at++);
  return {
    peek,
    take,
    takeText: () => {
      if (peek() !== '&') return take();
      const reference = /^&(?:#(\d{1,8})|#[xX]([\da-fA-F]{1,8})|([a-z]+));?/.exec(source.slice(at, at + 12));
      const character = reference ? decode(reference) : undefined;
      if (reference === null || character === undefined) return take();
      at += reference[0].length;
      return character;
    },
    takeWhile: (pattern) => {
      const begin = at;
      while (at < source.length && pattern.test(peek())) at++;
      return source.slice(begin, at);
    },
    byteOffset: () => Buffer.byteLength(source.slice(0, at)),
  };
}

function decode([, decimal, hexadecimal, name]: RegExpExecArray): string | undefined {
  if (name !== undefined) return NAMED[name];
  const code = decimal === undefined ? Number.parseInt(hexadecimal ?? '', 16) : Number.parseInt(decimal, 10);
  return code > 0 && code <= LARGEST_CODE_POINT ? String.fromCodePoint(code) : undefined;
}

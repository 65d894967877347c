import { HtmlError, type Scanner } from './htmlScanner.js';

export interface StartTag {
  name: string;
  /** The one attribute that matters for the tag: a link, a language, an emoji id, `expandable`. */
  argument: string;
}

const TAGS = new Set('a b strong i em s strike del u ins tg-spoiler tg-emoji span pre code blockquote'.split(' '));
const SPACE = /\s/;

/**
 * Reads a start tag whose `<` was taken.
 *
 * @param offset of the `<`, in bytes: named in errors
 * @throws HtmlError in Telegram's words
 */
export function readStartTag(scanner: Scanner, offset: number): StartTag {
  const name = scanner.takeWhile(/[^\s>]/).toLowerCase();
  if (scanner.peek() === '') throw new HtmlError(`Unclosed start tag at byte offset ${offset}`);
  if (!TAGS.has(name)) throw new HtmlError(`Unsupported start tag "${name}" at byte offset ${offset}`);
  let argument = '';
  for (;;) {
    scanner.takeWhile(SPACE);
    if (scanner.peek() === '>') break;
    const attribute = readAttribute(scanner, name, offset);
    argument = argumentOf(name, attribute) ?? argument;
  }
  scanner.take();
  if (name === 'span' && argument !== 'spoiler') {
    throw new HtmlError(`Tag "span" must have class "tg-spoiler" at byte offset ${offset}`);
  }
  return { name, argument };
}

/** Reads an end tag whose `</` was taken; its name may be empty (`</>` closes whatever is open). */
export function readEndTag(scanner: Scanner, offset: number): string {
  const name = scanner.takeWhile(/[^\s>]/).toLowerCase();
  scanner.takeWhile(SPACE);
  if (scanner.peek() !== '>') throw new HtmlError(`Unclosed end tag at byte offset ${offset}`);
  scanner.take();
  return name;
}

interface Attribute {
  name: string;
  value: string;
}

function readAttribute(scanner: Scanner, tag: string, offset: number): Attribute {
  const name = scanner.takeWhile(/[^\s=>/"']/);
  if (scanner.peek() === '') throw new HtmlError(`Unclosed start tag "${tag}" at byte offset ${offset}`);
  if (name === '') throw new HtmlError(`Empty attribute name in the tag "${tag}" at byte offset ${offset}`);
  scanner.takeWhile(SPACE);
  if (scanner.peek() !== '=') return { name, value: '' };
  scanner.take();
  scanner.takeWhile(SPACE);
  const value = readValue(scanner);
  if (scanner.peek() === '') throw new HtmlError(`Unclosed start tag at byte offset ${offset}`);
  return { name, value };
}

function readValue(scanner: Scanner): string {
  const quote = scanner.peek();
  if (quote !== '"' && quote !== "'") {
    const offset = scanner.byteOffset();
    const value = scanner.takeWhile(/[A-Za-z\d.-]/).toLowerCase();
    if (!/^[\s>]?$/.test(scanner.peek())) throw new HtmlError(`Unexpected end of name token at byte offset ${offset}`);
    return value;
  }
  scanner.take();
  let value = '';
  while (scanner.peek() !== quote && scanner.peek() !== '') value += scanner.takeText();
  scanner.take();
  return value;
}

function argumentOf(tag: string, { name, value }: Attribute): string | undefined {
  if (tag === 'a' && name === 'href') return value;
  if (tag === 'code' && name === 'class' && value.startsWith('language-')) return value.slice('language-'.length);
  if (tag === 'span' && name === 'class' && value.startsWith('tg-')) return value.slice('tg-'.length);
  if (tag === 'tg-emoji' && name === 'emoji-id') return value;
  if (tag === 'blockquote' && name === 'expandable') return name;
  return undefined;
}

import type { EntityType, FormattedText, MessageEntity } from './formattedText.js';
import { createScanner, HtmlError } from './htmlScanner.js';
import { readEndTag, readStartTag, type StartTag } from './htmlTag.js';

interface OpenTag extends StartTag {
  offset: number;
  /** How many entities there were when the tag was opened: an outer one stands before those inside it. */
  position: number;
}

const TYPES: Readonly<Record<string, EntityType>> = {
  b: 'bold',
  strong: 'bold',
  i: 'italic',
  em: 'italic',
  u: 'underline',
  ins: 'underline',
  s: 'strikethrough',
  strike: 'strikethrough',
  del: 'strikethrough',
  span: 'spoiler',
  'tg-spoiler': 'spoiler',
  code: 'code',
};

/**
 * Reads the HTML subset of Telegram as Telegram's own parser does.
 *
 * @throws HtmlError with the words that follow "can't parse entities: "
 */
export function parseHtml(html: string): FormattedText {
  const scanner = createScanner(html);
  const entities: MessageEntity[] = [];
  const open: OpenTag[] = [];
  let text = '';
  while (scanner.peek() !== '') {
    if (scanner.peek() !== '<') {
      text += scanner.takeText();
      continue;
    }
    const offset = scanner.byteOffset();
    scanner.take();
    if (scanner.peek() !== '/') {
      open.push({ ...readStartTag(scanner, offset), offset: text.length, position: entities.length });
      continue;
    }
    scanner.take();
    const tag = open.pop();
    if (tag === undefined) throw new HtmlError(`Unexpected end tag at byte offset ${offset}`);
    const name = readEndTag(scanner, offset);
    if (name !== '' && name !== tag.name) {
      throw new HtmlError(`Unmatched end tag at byte offset ${offset}, expected "</${tag.name}>", found "</${name}>"`);
    }
    close(entities, tag, text);
  }
  const last = open.at(-1);
  if (last !== undefined) throw new HtmlError(`Can't find end tag corresponding to start tag "${last.name}"`);
  return { text, entities: entities.map(withoutLanguage) };
}

function close(entities: MessageEntity[], tag: OpenTag, text: string): void {
  const range = { offset: tag.offset, length: text.length - tag.offset };
  if (range.length === 0) return;
  const entity = entityOf(tag, range, text);
  if (entity === undefined) return;
  const inner = entities[tag.position];
  const isPreCode =
    tag.name === 'pre' && inner?.type === 'code' && inner.offset === range.offset && inner.length === range.length;
  if (isPreCode) entities.splice(tag.position, 1);
  const language = isPreCode && inner.language !== undefined ? { language: inner.language } : {};
  entities.splice(tag.position, 0, { ...entity, ...language });
}

function entityOf(tag: OpenTag, range: { offset: number; length: number }, text: string): MessageEntity | undefined {
  switch (tag.name) {
    case 'a': {
      const url = linkOf(tag.argument === '' ? text.slice(range.offset) : tag.argument);
      return url === undefined ? undefined : { type: 'text_link', ...range, url };
    }
    case 'pre':
      return { type: 'pre', ...range };
    case 'blockquote':
      return { type: tag.argument === '' ? 'blockquote' : 'expandable_blockquote', ...range };
    case 'tg-emoji':
      return tag.argument === '' ? undefined : { type: 'custom_emoji', ...range, custom_emoji_id: tag.argument };
    default: {
      const type = TYPES[tag.name];
      if (type === undefined) return undefined;
      return { type, ...range, ...(type === 'code' && tag.argument !== '' ? { language: tag.argument } : {}) };
    }
  }
}

const SCHEMES = new Set(['http:', 'https:', 'tg:', 'mailto:', 'tel:']);

/** A link that cannot be one leaves its text behind and no error, as in Telegram. */
function linkOf(address: string): string | undefined {
  const candidate = /^[a-z][a-z\d+.-]*:/i.test(address) ? address : `http://${address}`;
  if (!URL.canParse(candidate)) return undefined;
  const url = new URL(candidate);
  return SCHEMES.has(url.protocol) ? url.href : undefined;
}

/** A language means something on `<pre><code class="language-…">` only. */
function withoutLanguage(entity: MessageEntity): MessageEntity {
  if (entity.type !== 'code') return entity;
  return { type: entity.type, offset: entity.offset, length: entity.length };
}

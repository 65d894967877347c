import { describe, expect, test } from 'vitest';
import { HtmlError } from '../../services/emulator/src/sandbox/telegram/htmlScanner.js';
import { parseHtml } from '../../services/emulator/src/sandbox/telegram/parseHtml.js';

describe('what Telegram reads', () => {
  test.each([
    ['<b>b</b><strong>b</strong>', 'bold'],
    ['<i>b</i><em>b</em>', 'italic'],
    ['<u>b</u><ins>b</ins>', 'underline'],
    ['<s>b</s><strike>b</strike><del>b</del>', 'strikethrough'],
    ['<tg-spoiler>b</tg-spoiler><span class="tg-spoiler">b</span>', 'spoiler'],
    ['<code>b</code>', 'code'],
    ['<pre>b</pre>', 'pre'],
    ['<blockquote>b</blockquote>', 'blockquote'],
    ['<blockquote expandable>b</blockquote><blockquote expandable="">b</blockquote>', 'expandable_blockquote'],
    ['<tg-emoji emoji-id="5368324170671202286">b</tg-emoji>', 'custom_emoji'],
  ])('%s', (html, type) => {
    const { text, entities } = parseHtml(html);
    expect(text).toMatch(/^b+$/);
    expect(entities.map((entity) => entity.type)).toEqual(Array.from(text, () => type));
    expect(entities.map(({ offset, length }) => [offset, length])).toEqual(Array.from(text, (_b, at) => [at, 1]));
  });

  test('tags in tags: the outer one comes first', () => {
    expect(parseHtml('<b>a<i>б<U>в</U></i></b>').entities).toEqual([
      { type: 'bold', offset: 0, length: 3 },
      { type: 'italic', offset: 1, length: 2 },
      { type: 'underline', offset: 2, length: 1 },
    ]);
  });

  test('offsets count UTF-16 units', () => {
    expect(parseHtml('📞<b>😀</b>').entities).toEqual([{ type: 'bold', offset: 2, length: 2 }]);
  });

  test('the four entities and numbers; every other one stays as written', () => {
    const html = '&lt;&gt;&amp;&quot;&#1071;&#x1f600; &nbsp; & &#0; &apos; R&D';
    expect(parseHtml(html).text).toBe('<>&"Я😀 &nbsp; & &#0; &apos; R&D');
  });

  test('code in pre has a language', () => {
    expect(parseHtml('<pre><code class="language-sql">select</code></pre>').entities).toEqual([
      { type: 'pre', offset: 0, length: 6, language: 'sql' },
    ]);
  });

  test.each([
    ['<a href="https://example.com/?a=1&amp;b=2">x</a>', 'https://example.com/?a=1&b=2'],
    ["<a href='http://127.0.0.1:8000/recordings/1'>x</a>", 'http://127.0.0.1:8000/recordings/1'],
    ['<a>example.com</a>', 'http://example.com/'],
    ['<a href="tg://user?id=1">x</a>', 'tg://user?id=1'],
  ])('the link %s', (html, url) => {
    expect(parseHtml(html).entities).toMatchObject([{ type: 'text_link', url }]);
  });

  test('a link that must not be one leaves its text', () => {
    expect(parseHtml('<a href="javascript:alert(1)">x</a>')).toEqual({ text: 'x', entities: [] });
  });

  test('an end tag without a name closes what is open', () => {
    expect(parseHtml('<b>x</>').entities).toEqual([{ type: 'bold', offset: 0, length: 1 }]);
  });
});

test.each([
  ['<script>alert(1)</script>', 'Unsupported start tag "script" at byte offset 0'],
  ['Имя <Иван>', 'Unsupported start tag "иван" at byte offset 7'],
  ['a < b > c', 'Unsupported start tag "" at byte offset 2'],
  ['a < b', 'Unsupported start tag "" at byte offset 2'],
  ['я <b', 'Unclosed start tag at byte offset 3'],
  ['<a href="x', 'Unclosed start tag at byte offset 0'],
  ['<a href', 'Unclosed start tag "a" at byte offset 0'],
  ['<b', 'Unclosed start tag at byte offset 0'],
  ['<b>x', `Can't find end tag corresponding to start tag "b"`],
  ['<b><i>x</i>', `Can't find end tag corresponding to start tag "b"`],
  ['x</b>', 'Unexpected end tag at byte offset 1'],
  ['<b>x</i></b>', 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'],
  ['<b>x</b', 'Unclosed end tag at byte offset 4'],
  ['<span>x</span>', 'Tag "span" must have class "tg-spoiler" at byte offset 0'],
  ['<a ="x">x</a>', 'Empty attribute name in the tag "a" at byte offset 0'],
  ['<a href=x_y>x</a>', 'Unexpected end of name token at byte offset 8'],
])('what Telegram does not read: %s', (html, message) => {
  expect(() => parseHtml(html)).toThrow(new HtmlError(message));
});

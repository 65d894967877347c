/** Formatting as elements. Text only ever becomes text nodes, so nothing that a stranger wrote can become markup. */

const SAFE_LINK = /^(https?|tg|mailto|tel):/i;

/** They stand on lines of their own: the line breaks around them are not shown a second time. */
const BLOCKS = new Set(['pre', 'blockquote', 'expandable_blockquote']);

const ELEMENTS = {
  bold: () => document.createElement('b'),
  italic: () => document.createElement('i'),
  underline: () => document.createElement('u'),
  strikethrough: () => document.createElement('s'),
  code: () => document.createElement('code'),
  pre: () => document.createElement('pre'),
  blockquote: () => document.createElement('blockquote'),
  expandable_blockquote: () => document.createElement('blockquote'),
  spoiler,
  text_link: link,
};

/**
 * @param {string} text
 * @param {{type: string, offset: number, length: number, url?: string}[]} entities outer ones before inner ones
 * @returns {DocumentFragment}
 */
export function richText(text, entities) {
  const sorted = [...entities].sort((a, b) => a.offset - b.offset || b.length - a.length);
  const fragment = document.createDocumentFragment();
  append(fragment, { text, begin: 0, end: text.length, entities: sorted });
  return fragment;
}

function append(parent, { text, begin, end, entities }) {
  let at = begin;
  let rest = entities;
  let afterBlock = false;
  const appendText = (upTo, isBeforeBlock) => {
    const plain = text.slice(at, upTo);
    const opened = afterBlock ? plain.replace(/^\n/, '') : plain;
    parent.append(isBeforeBlock ? opened.replace(/\n$/, '') : opened);
  };
  while (rest.length > 0) {
    const [entity, ...following] = rest;
    const entityEnd = Math.min(entity.offset + entity.length, end);
    const isBlock = BLOCKS.has(entity.type);
    appendText(entity.offset, isBlock);
    const element = (ELEMENTS[entity.type] ?? (() => document.createElement('span')))(entity);
    const inner = following.filter((each) => each.offset < entityEnd);
    const part = { text, begin: entity.offset, end: entityEnd, entities: inner };
    if (entity.type === 'expandable_blockquote') appendFolded(element, part);
    else append(element, part);
    parent.append(element);
    at = entityEnd;
    afterBlock = isBlock;
    rest = following.filter((each) => each.offset >= entityEnd);
  }
  appendText(end, false);
}

function appendFolded(quote, part) {
  const content = document.createElement('div');
  content.className = 'fold';
  append(content, part);
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'fold-button';
  const show = (isOpen) => {
    content.classList.toggle('is-open', isOpen);
    button.setAttribute('aria-expanded', String(isOpen));
    button.textContent = isOpen ? 'Свернуть' : 'Показать всё';
  };
  button.addEventListener('click', () => show(!content.classList.contains('is-open')));
  show(false);
  quote.append(content, button);
}

/** Takes the button from quotes that are short enough to be read whole. To be called when they are on the page. */
export function settleFolds(container) {
  for (const content of container.querySelectorAll('.fold:not(.is-open)')) {
    content.nextElementSibling.hidden = content.scrollHeight <= content.clientHeight + 1;
  }
}

function link({ url }) {
  if (!SAFE_LINK.test(url ?? '')) return document.createElement('span');
  const element = document.createElement('a');
  element.href = url;
  element.target = '_blank';
  element.rel = 'noopener noreferrer';
  return element;
}

function spoiler() {
  const element = document.createElement('button');
  element.type = 'button';
  element.className = 'spoiler';
  element.setAttribute('aria-label', 'Скрытый текст, нажмите, чтобы показать');
  element.addEventListener('click', () => {
    element.classList.add('is-open');
    element.removeAttribute('aria-label');
  });
  return element;
}

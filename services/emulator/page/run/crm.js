import { make } from '../make.js';
import { codeBlock } from './codeBlock.js';

const NAMES = { retailcrm: 'RetailCRM', moysklad: 'МойСклад', uon: 'U-ON', bitrix24: 'Битрикс24' };

/** What each CRM was sent in the run, and what was wrong with it. */
export function showCrm(container, crm = {}) {
  const open = new Set([...container.querySelectorAll('details[open]')].map(({ dataset }) => dataset.key));
  const used = Object.entries(crm).filter(([, { requests, violations }]) => requests.length + violations.length > 0);
  const idle = Object.keys(crm).filter((name) => !used.some(([each]) => each === name));
  container.replaceChildren(
    ...used.map(([name, each]) => oneCrm(name, each, open)),
    idle.length === 0 && used.length > 0
      ? ''
      : make('p', {
          class: 'hint',
          text:
            used.length === 0 ? 'В CRM ничего не отправлялось.' : `Ничего не получили: ${idle.map(nameOf).join(', ')}.`,
        }),
  );
}

const nameOf = (name) => NAMES[name] ?? name;

function oneCrm(name, { requests, violations }, open) {
  const mark = violations.length === 0 ? '✓ без нарушений' : `✕ нарушений: ${violations.length}`;
  return make(
    'section',
    { class: 'crm' },
    make(
      'h4',
      {},
      nameOf(name),
      make('span', { class: violations.length === 0 ? 'is-good' : 'is-bad', text: ` ${mark}` }),
    ),
    violations.length === 0 ? null : make('ul', { class: 'violations' }, ...violations.map(violation)),
    ...requests.map((request, index) => requestElement(request, `${name}-${index}`, open)),
  );
}

const violation = (each) =>
  make('li', { text: typeof each === 'string' ? each : (each.message ?? JSON.stringify(each)) });

function requestElement({ method, path, headers, body, status, answer }, key, open) {
  return make(
    'details',
    { data: { key }, open: open.has(key) },
    make(
      'summary',
      {},
      make('b', { text: method ?? '' }),
      make('span', { class: 'crm-path', text: path ?? '' }),
      make('span', { class: 'event-answer', text: status === undefined ? '' : `→ ${status}` }),
    ),
    codeBlock('Заголовки', headers),
    codeBlock('Тело', body),
    codeBlock('Ответ', answer),
  );
}

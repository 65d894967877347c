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

function oneCrm(name, { requests, violations, reports = [], shown = [] }, open) {
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
    ...reports.map((report) => make('p', { class: 'crm-report', text: reportText(report) })),
    shown.length === 0 ? null : make('p', { class: 'hint', text: `Карточку видели: ${viewersOf(shown)}` }),
    ...requests.map((request, index) => requestElement(request, `${name}-${index}`, open)),
  );
}

/** A line of the CRM's journal in words. */
function reportText({ direction, phone, extension, answered, talkSeconds, recordings, startedAt }) {
  const time = new Date(startedAt).toLocaleTimeString('ru');
  const end = answered === false ? 'не отвечен' : `разговор ${talkSeconds ?? '?'} с`;
  const who = extension === null ? 'без сотрудника' : `сотрудник ${extension}`;
  const record = recordings > 0 ? ', есть запись' : '';
  return `${time} ${direction === 'incoming' ? 'входящий' : 'исходящий'} ${phone}: ${end}, ${who}${record}`;
}

const viewersOf = (shown) => [...new Set(shown.map(({ extension }) => extension ?? 'без номера'))].join(', ');

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

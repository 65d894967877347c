import { proxyPage, Refused, type Answer } from '../crm/answer.js';
import { accountTime } from '../crm/clock.js';
import type { CallReport, Crm } from '../crm/crm.js';
import type { Exchange } from '../crm/exchange.js';
import { isKnownKey } from '../crm/keys.js';
import { routeBy, type Row } from '../crm/rows.js';
import { createAccount, USER_IDS, type Account, type WrittenCall } from './account.js';
import { findTourist, listManagers, NOT_FOUND } from './lookups.js';
import { createCall, createNotification } from './writing.js';

const LIMIT = { name: 'all', requests: 10, perMs: 1_000 };

function rowsOf(account: Account): Row[] {
  return [
    { name: 'user/phone', method: 'GET', path: '/:key/user/phone/:phone.json', answer: findByPhone },
    { name: 'manager', method: 'GET', path: '/:key/manager.json', answer: listManagers },
    {
      name: 'call_history/create',
      method: 'POST',
      path: '/:key/call_history/create.json',
      answer: (exchange) => createCall(account, exchange),
    },
    {
      name: 'notification/create',
      method: 'POST',
      path: '/:key/notification/create.json',
      answer: (exchange) => createNotification(account, exchange),
    },
  ];
}

function findByPhone(exchange: Exchange, { phone = '' }: Readonly<Record<string, string>>): Answer {
  return findTourist(exchange, phone);
}

/** U-ON.Travel: `/{key}/{endpoint}.json`. Its errors are known by hearsay only: a status and little else. */
export function createUon(): Crm {
  const account = createAccount();
  const rows = rowsOf(account);
  return {
    name: 'uon',
    keyOf,
    route: (exchange) =>
      routeBy(rows, exchange, { answer: () => NOT_FOUND, name: exchange.path.split('/').slice(2).join('/') }),
    admit: (exchange) => {
      if (isKnownKey(keyOf(exchange) ?? '')) return;
      exchange.violate('Ключ в адресе не принят.');
      throw new Refused(refusal(403));
    },
    limitOf: (exchange) => ({ limit: LIMIT, key: keyOf(exchange) ?? '' }),
    overLimit: () => refusal(429),
    faults: {
      '429': () => refusal(429),
      '500': () => refusal(500),
      '503': () => proxyPage(503, 'Service Temporarily Unavailable'),
      '403': () => refusal(403),
      html: () => proxyPage(502, 'Bad Gateway'),
    },
    calls: () => [...account.calls.values()],
    cards: () => [...account.cards.values()],
    shown: () => account.cards.shown(),
    reports: () => [...account.calls.values()].map(reportOf),
    clear: account.clear,
  };
}

function keyOf({ path }: Exchange): string | undefined {
  return path.split('/')[1];
}

function refusal(status: number): Answer {
  return { status, json: { result: status } };
}

function reportOf({ at, phone, start, duration, direction, manager_id, record_link }: WrittenCall): CallReport {
  return {
    ...{ at, phone },
    direction: direction === '1' ? 'outgoing' : 'incoming',
    extension: Object.entries(USER_IDS).find(([, id]) => id === manager_id)?.[0] ?? null,
    answered: null,
    startedAt: new Date(accountTime(start)).toISOString(),
    talkSeconds: duration ?? null,
    recordings: record_link === undefined ? 0 : 1,
  };
}

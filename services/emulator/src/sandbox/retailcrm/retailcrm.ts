import { Refused } from '../crm/answer.js';
import { accountTime } from '../crm/clock.js';
import type { CallReport, Crm } from '../crm/crm.js';
import type { Exchange } from '../crm/exchange.js';
import { parseForm } from '../crm/form.js';
import { isKnownKey } from '../crm/keys.js';
import { routeBy, type Row } from '../crm/rows.js';
import { createAccount, USER_IDS, type Account, type Upload } from './account.js';
import { failed, NO_ACCOUNT, OVER_LIMIT } from './answers.js';
import { editModule } from './integrationModule.js';
import { describeSettings, findPeople, listCustomers, listUsers } from './lookups.js';
import { takeEvent, uploadCalls } from './telephony.js';

const V5 = '/api/v5';
/** A key may ask so much a second, telephony more. */
const LIMITS = {
  telephony: { name: 'telephony', requests: 40, perMs: 1_000 },
  other: { name: 'other', requests: 10, perMs: 1_000 },
};

function rowsOf(account: Account): Row[] {
  const row = (method: Row['method'], name: string, answer: Row['answer']): Row => {
    return { name, method, path: `${V5}/${name}`, answer };
  };
  return [
    row('POST', 'telephony/call/event', (exchange) => takeEvent(account, exchange)),
    row('POST', 'telephony/calls/upload', (exchange) => uploadCalls(account, exchange)),
    row('GET', 'telephony/manager', findPeople),
    row('GET', 'customers', listCustomers),
    row('GET', 'users', listUsers),
    row('GET', 'settings', describeSettings),
    {
      ...row('POST', 'integration-modules/edit', (exchange, { code = '' }) => editModule(account, exchange, code)),
      path: `${V5}/integration-modules/:code/edit`,
    },
  ];
}

/** RetailCRM, API v5: `/api/v5/…`, key in `X-API-KEY` or `apiKey`. */
export function createRetailcrm(): Crm {
  const account = createAccount();
  const rows = rowsOf(account);
  return {
    name: 'retailcrm',
    keyOf,
    route: (exchange) =>
      routeBy(rows, exchange, {
        answer: (allowed) => {
          if (!exchange.path.startsWith(`${V5}/`)) return NO_ACCOUNT;
          return allowed.length > 0 ? failed(405, 'Method Not Allowed') : failed(404, 'Not Found');
        },
      }),
    admit,
    limitOf: (exchange, { name }) => ({
      limit: name.startsWith('telephony') ? LIMITS.telephony : LIMITS.other,
      key: keyOf(exchange) ?? '',
    }),
    overLimit: () => OVER_LIMIT,
    faults: {
      '429': () => OVER_LIMIT,
      '500': () => failed(500, 'Internal Server Error'),
      '503': () => OVER_LIMIT,
      '403': () => failed(403, 'Access denied.'),
      html: () => NO_ACCOUNT,
    },
    calls: () => [...account.calls.values()],
    cards: () => [...account.cards.values()],
    shown: () => account.cards.shown(),
    reports: () => [...account.calls.values()].map(reportOf),
    clear: account.clear,
  };
}

function keyOf({ headers, query, contentType, text }: Exchange): string | undefined {
  const inForm = contentType === 'application/x-www-form-urlencoded' ? parseForm(text)['apiKey'] : undefined;
  return [headers['x-api-key'], query['apiKey'], inForm].find((key): key is string => typeof key === 'string');
}

function admit(exchange: Exchange): void {
  const key = keyOf(exchange);
  if (key === undefined) {
    exchange.violate('Нет ключа: нужен заголовок X-API-KEY.');
    throw new Refused(failed(403, '"apiKey" is missing.'));
  }
  if (!isKnownKey(key)) {
    exchange.violate('Ключ в X-API-KEY не принят.');
    throw new Refused(failed(403, 'Wrong "apiKey" value.'));
  }
}

function reportOf({ at, phone, type, userId, code, result, date, duration, recordUrl }: Upload): CallReport {
  const [extension = code ?? null] = Object.entries(USER_IDS).flatMap(([each, id]) => (id === userId ? [each] : []));
  return {
    ...{ at, phone, extension },
    direction: type === 'in' ? 'incoming' : 'outgoing',
    answered: result === 'answered',
    startedAt: new Date(accountTime(date)).toISOString(),
    talkSeconds: duration ?? null,
    recordings: recordUrl === undefined ? 0 : 1,
  };
}

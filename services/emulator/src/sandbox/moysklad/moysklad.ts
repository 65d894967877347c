import { proxyPage, type Answer } from '../crm/answer.js';
import { accountTime } from '../crm/clock.js';
import type { CallReport, Crm } from '../crm/crm.js';
import type { Exchange } from '../crm/exchange.js';
import { MANAGERS } from '../crm/people.js';
import { decodePart, routeBy, type Row } from '../crm/rows.js';
import { createAccount, type Account, type Call } from './account.js';
import { admit, isPhoneApi, keyOf } from './admit.js';
import { createCall, findCall, showCall, updateCall } from './calls.js';
import { durationOf } from './describeCall.js';
import { failed, overLimit } from './errors.js';
import { takeEvent } from './events.js';
import { meets, readFilter } from './filter.js';
import { employeeMeta, findEmployee, idIn, PHONE, REMAP } from './references.js';
import { listContactPersons, listCounterparties, listEmployees, showCounterparty, showEmployee } from './remap.js';

/** Remap counts units, one a request for a solution's token; the Phone API counts requests. */
const LIMITS = {
  phone: { name: 'phone', requests: 100, perMs: 5_000 },
  remap: { name: 'remap', requests: 45, perMs: 3_000 },
};

function rowsOf(account: Account): Row[] {
  const phone = (method: Row['method'], path: string, name: string, answer: Row['answer']): Row => {
    return { method, path: `${PHONE}/${path}`, name, answer };
  };
  const remap = (path: string, answer: Row['answer']): Row => {
    return { method: 'GET', path: `${REMAP}/entity/${path}`, name: `GET ${path}`, answer };
  };
  const on =
    (use: (exchange: Exchange, call: Call) => Answer): Row['answer'] =>
    (exchange, params) =>
      use(exchange, findCall(account, params));
  const update = on((exchange, call) => updateCall(account, exchange, call));
  const event = on((exchange, call) => takeEvent(account, exchange, call));
  return [
    phone('POST', 'call', 'POST call', (exchange) => createCall(account, exchange)),
    phone('PUT', 'call/extid/:extid', 'PUT call', update),
    phone('PUT', 'call/:id', 'PUT call', update),
    phone('GET', 'call/extid/:extid', 'GET call', on(showCall)),
    phone('GET', 'call/:id', 'GET call', on(showCall)),
    phone('POST', 'call/extid/:extid/event', 'POST event', event),
    phone('POST', 'call/:id/event', 'POST event', event),
    phone('GET', 'employee', 'GET employee', listExtensions),
    remap('counterparty', listCounterparties),
    remap('counterparty/:id', showCounterparty),
    remap('counterparty/:id/contactpersons', listContactPersons),
    remap('employee', listEmployees),
    remap('employee/:id', showEmployee),
  ];
}

/** `GET /employee?filter=extention=150`: the API's own spelling. */
function listExtensions(exchange: Exchange): Answer {
  const filter = readFilter(exchange, 'GET employee', ['extention']);
  const found = MANAGERS.filter(({ extension }) => filter.every((condition) => meets(condition, extension)));
  const employees = found.map((manager) => {
    return { meta: employeeMeta(exchange.origin, manager), extention: manager.extension };
  });
  return { status: 200, json: { employees } };
}

/** MoySklad: the Phone API 1.0 (`/api/phone/1.0/…`) and Remap 1.2 (`/api/remap/1.2/…`). */
export function createMoysklad(): Crm {
  const account = createAccount();
  const rows = rowsOf(account);
  return {
    name: 'moysklad',
    keyOf,
    route: (exchange) =>
      routeBy(rows, exchange, {
        answer: (allowed) =>
          allowed.length > 0 ? failed(405, 1039, exchange.method) : failed(404, 1002, exchange.path),
      }),
    phoneOf: ({ path }) => {
      const [, extid, id] = /\/call\/(?:extid\/([^/]+)|([^/]+))/.exec(path) ?? [];
      if (extid !== undefined) return account.findByExternalId(decodePart(extid))?.number;
      return account.calls.get(id ?? '')?.number;
    },
    admit,
    limitOf: (exchange) => ({
      limit: isPhoneApi(exchange) ? LIMITS.phone : LIMITS.remap,
      key: keyOf(exchange) ?? '',
    }),
    limitHeaders: (limit, remaining) => ({
      'X-RateLimit-Limit': String('bucket' in limit ? limit.bucket : limit.requests),
      'X-RateLimit-Remaining': String(remaining),
    }),
    overLimit: (_exchange, _route, waitMs) => overLimit(waitMs),
    faults: {
      '429': () => overLimit(1_000),
      '500': () => failed(500, 1999),
      '503': () => failed(503, 1074),
      '403': () => failed(403, 1016),
      html: () => proxyPage(502, 'Bad Gateway'),
    },
    calls: () => [...account.calls.values()].map((call) => ({ ...call, phone: call.number })),
    cards: () => [...account.cards.values()],
    shown: () => account.cards.shown(),
    reports: () => [...account.calls.values()].filter((call) => isOver(call) && !isDisowned(call)).map(reportOf),
    clear: account.clear,
  };
}

const isOver = (call: Call): boolean => durationOf(call) !== null;

/** Nothing deletes an entry: one that turned out to be no call is closed, and its comment says so. */
const isDisowned = ({ comment = '' }: Call): boolean => /не отдельный звонок/i.test(comment);

function reportOf(call: Call): CallReport {
  const { at, number, isIncoming, startTime, employee, extension = null, recordUrl = [] } = call;
  return {
    at,
    phone: number,
    direction: isIncoming ? 'incoming' : 'outgoing',
    extension: employee === undefined ? extension : (findEmployee(idIn(employee))?.extension ?? null),
    answered: null,
    startedAt: new Date(accountTime(startTime)).toISOString(),
    talkSeconds: (durationOf(call) ?? 0) / 1_000,
    recordings: recordUrl.length,
  };
}

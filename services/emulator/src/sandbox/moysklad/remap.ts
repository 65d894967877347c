import { Refused, type Answer } from '../crm/answer.js';
import type { Exchange } from '../crm/exchange.js';
import { CUSTOMERS, findManager, fullName, MANAGERS, type Customer } from '../crm/people.js';
import { digitsOf } from '../crm/phones.js';
import { describeContactPerson, describeCounterparty, describeEmployee, phoneText } from './entities.js';
import { failed } from './errors.js';
import { meets, readFilter } from './filter.js';
import { employeeMeta, findCounterparty, findEmployee, metaOf } from './references.js';

type Params = Readonly<Record<string, string>>;

/** `entity/counterparty?search=…&filter=…`. */
export function listCounterparties(exchange: Exchange): Answer {
  const filter = readFilter(exchange, 'entity/counterparty', ['phone', 'name', 'companyType', 'externalCode']);
  const { search } = exchange.query;
  const found = CUSTOMERS.filter((customer) => {
    const row = describeCounterparty(exchange.origin, customer);
    const isFound = typeof search !== 'string' || isFoundBy(search, customer);
    return isFound && filter.every((condition) => meets(condition, String(Reflect.get(row, condition.field))));
  });
  const isExpanded = readExpand(exchange).includes('owner');
  const rows = found.map((customer) => {
    const row = describeCounterparty(exchange.origin, customer);
    const owner = findManager(customer.manager);
    return isExpanded && owner !== undefined ? { ...row, owner: describeEmployee(exchange.origin, owner) } : row;
  });
  return list(exchange, 'counterparty', rows);
}

/** Words of the name by their beginning, phones by theirs, however they are written; contact persons count too. */
function isFoundBy(search: string, customer: Customer): boolean {
  const words = `${customer.company ?? ''} ${fullName(customer)}`.toLowerCase().split(/[^\p{L}\d]+/u);
  const digits = digitsOf(search);
  const isPhone = digits.length >= 3 && /^\+?[\d\s()-]+$/.test(search);
  if (isPhone) return digitsOf(customer.phone).startsWith(digits);
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((part) => words.some((word) => word.startsWith(part)));
}

/** Only small pages are expanded. */
function readExpand(exchange: Exchange): string[] {
  const { expand, limit } = exchange.query;
  if (typeof expand !== 'string') return [];
  if (typeof limit === 'string' && Number(limit) <= 100) return expand.split(',');
  exchange.violate('expand действует только вместе с limit не больше 100.');
  return [];
}

/** `entity/counterparty/{id}`. @throws Refused when there is none */
export function showCounterparty(exchange: Exchange, params: Params): Answer {
  return { status: 200, json: describeCounterparty(exchange.origin, counterpartyOf(exchange, params)) };
}

/** `entity/counterparty/{id}/contactpersons`. @throws Refused when there is no such counterparty */
export function listContactPersons(exchange: Exchange, params: Params): Answer {
  const customer = counterpartyOf(exchange, params);
  const rows = customer.company === null ? [] : [describeContactPerson(exchange.origin, customer)];
  return list(exchange, 'contactperson', rows);
}

/** `entity/employee`. */
export function listEmployees(exchange: Exchange): Answer {
  const filter = readFilter(exchange, 'entity/employee', ['name', 'lastName', 'firstName', 'email', 'archived']);
  const rows = MANAGERS.map((manager) => describeEmployee(exchange.origin, manager)).filter((row) =>
    filter.every((condition) => meets(condition, String(Reflect.get(row, condition.field)))),
  );
  return list(exchange, 'employee', rows);
}

/** `entity/employee/{id}`. @throws Refused when there is none */
export function showEmployee(exchange: Exchange, { id = '' }: Params): Answer {
  const manager = findEmployee(id);
  if (manager === undefined) throw new Refused(failed(404, 1021, 'employee', id));
  return { status: 200, json: describeEmployee(exchange.origin, manager) };
}

function counterpartyOf(exchange: Exchange, { id = '' }: Params): Customer {
  const customer = findCounterparty(id);
  if (customer === undefined) throw new Refused(failed(404, 1021, 'counterparty', id));
  exchange.about(phoneText(customer));
  return customer;
}

function list({ origin, path, search, query }: Exchange, type: string, rows: readonly object[]): Answer {
  const [limit, offset] = [Number(query['limit'] ?? 1_000), Number(query['offset'] ?? 0)];
  const [me] = MANAGERS;
  return {
    status: 200,
    json: {
      context: me === undefined ? {} : { employee: { meta: employeeMeta(origin, me) } },
      meta: { ...metaOf(origin, type, `${path}${search}`), size: rows.length, limit, offset },
      rows: rows.slice(offset, offset + limit),
    },
  };
}

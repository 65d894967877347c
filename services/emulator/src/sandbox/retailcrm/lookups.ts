import type { Answer } from '../crm/answer.js';
import { Refused } from '../crm/answer.js';
import type { Exchange } from '../crm/exchange.js';
import { CUSTOMERS, findCustomer, findManager, MANAGERS, type Customer, type Manager } from '../crm/people.js';
import { digitsOf } from '../crm/phones.js';
import { USER_IDS } from './account.js';
import { done, failed } from './answers.js';

const PAGE_SIZES = ['20', '50', '100'];

/** `telephony/manager`: who is it, and who should answer; what is not known is left out. */
export function findPeople(exchange: Exchange): Answer {
  const phone = readText(exchange, 'phone');
  if (phone === '') {
    exchange.violate('telephony/manager: нет обязательного параметра phone.');
    throw new Refused(failed(400, "Parameter 'phone' is missing"));
  }
  for (const name of ['details', 'ignoreStatus']) {
    if (!['', '0', '1'].includes(readText(exchange, name))) {
      exchange.violate(`telephony/manager: параметр ${name} бывает только 0 или 1.`);
    }
  }
  const customer = findCustomer(phone);
  const link = (path: string): string => `${exchange.origin}/${path}`;
  const query = `phone=${encodeURIComponent(phone)}`;
  const newOrderLink = link(`orders/add?${query}`);
  if (customer === undefined) {
    return done({ links: { newOrderLink, newCustomerLink: link(`customers/add?${query}`) } });
  }
  const { id, externalId, firstName, lastName, patronymic, email, phones } = describeCustomer(customer);
  const manager = findManager(customer.manager);
  return done({
    ...(manager === undefined ? {} : { manager: describeManager(manager) }),
    customer: { id, externalId, firstName, lastName, patronymic, email, phones },
    links: { newOrderLink, customerLink: link(`customers/${id}`) },
  });
}

/** `customers`: by a name or a phone, and by nothing else. */
export function listCustomers(exchange: Exchange): Answer {
  const filter = readFilter(exchange, 'customers', ['name']);
  const asked = filter['name']?.toLowerCase() ?? '';
  const found = CUSTOMERS.filter(({ lastName, firstName, middleName, phone }) => {
    const names = [lastName, firstName, middleName].join(' ').toLowerCase();
    return names.includes(asked) || (digitsOf(asked).length >= 5 && digitsOf(phone).includes(digitsOf(asked)));
  });
  return done({ ...page(exchange, 'customers', found.length), customers: found.map(describeCustomer) });
}

/** `users`: extensions are not shown. */
export function listUsers(exchange: Exchange): Answer {
  const { active = '1' } = readFilter(exchange, 'users', [
    'active',
    'email',
    'status',
    'isManager',
    'isAdmin',
    'online',
  ]);
  const found = active === '0' ? [] : MANAGERS;
  return done({ ...page(exchange, 'users', found.length), users: found.map(describeUser) });
}

/** `settings`: as far as telephony needs them. */
export function describeSettings(): Answer {
  return done({ settings: { timezone: { value: 'Europe/Moscow', updated_at: '2026-01-12 10:00:00' } } });
}

function readText({ query }: Exchange, name: string): string {
  const value = query[name];
  return typeof value === 'string' ? value : '';
}

function readFilter({ query, violate }: Exchange, endpoint: string, known: readonly string[]): Record<string, string> {
  const filter = query['filter'];
  if (filter === undefined) return {};
  if (typeof filter === 'string' || Array.isArray(filter)) {
    violate(`${endpoint}: условие пишется как filter[имя]=значение.`);
    return {};
  }
  return Object.fromEntries(
    Object.entries(filter).flatMap(([name, value]) => {
      if (known.includes(name) && typeof value === 'string') return [[name, value]];
      violate(`${endpoint}: условие filter[${name}] неизвестно, есть только ${known.join(', ')}.`);
      return [];
    }),
  );
}

function page(exchange: Exchange, endpoint: string, totalCount: number): object {
  const limit = readText(exchange, 'limit') || '20';
  if (!PAGE_SIZES.includes(limit)) exchange.violate(`${endpoint}: limit бывает ${PAGE_SIZES.join(', ')}.`);
  return { pagination: { limit: Number(limit), totalCount, currentPage: 1, totalPageCount: Math.min(totalCount, 1) } };
}

function describeManager({ n, extension, lastName, firstName, middleName }: Manager): object {
  const id = USER_IDS[extension] ?? n;
  return { id, firstName, lastName, patronymic: middleName, email: `manager${n}@example.com`, code: extension };
}

function describeCustomer({ n, phone, lastName, firstName, middleName, manager }: Customer) {
  return {
    type: 'customer',
    id: 1_000 + n,
    externalId: String(n),
    createdAt: '2026-01-12 10:00:00',
    managerId: USER_IDS[manager],
    site: 'demo',
    firstName,
    lastName,
    patronymic: middleName,
    email: '',
    phones: [{ number: phone }],
  };
}

function describeUser({ n, extension, lastName, firstName, middleName }: Manager): object {
  return {
    id: USER_IDS[extension] ?? n,
    createdAt: '2026-01-12 10:00:00',
    active: true,
    email: `manager${n}@example.com`,
    firstName,
    lastName,
    patronymic: middleName,
    status: 'free',
    online: true,
    isAdmin: n === 1,
    isManager: true,
    groups: [{ id: 25, name: 'Менеджеры', code: 'manager' }],
  };
}

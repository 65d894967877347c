import type { Answer } from '../crm/answer.js';
import type { Exchange } from '../crm/exchange.js';
import { MANAGERS, type Manager } from '../crm/people.js';
import { done } from './answers.js';
import { inputOf, textOf } from './input.js';
import { USER_IDS } from './portal.js';

const KNOWN = ['ID', 'ACTIVE', 'UF_PHONE_INNER', 'EMAIL', 'NAME', 'LAST_NAME', 'USER_TYPE'];
const NOT_FILTERS = ['FILTER', 'SORT', 'ORDER', 'START', 'SELECT', 'ADMIN_MODE', 'IMAGE_RESIZE', 'AUTH'];
const PAGE = 50;

/** `user.get`: conditions in `FILTER` or beside it; 50 a page. */
export function getUsers(exchange: Exchange): Answer {
  const input = Object.fromEntries(
    Object.entries(inputOf(exchange)).map(([name, value]) => [name.toUpperCase(), value]),
  );
  const { FILTER: given = {}, START: start = 0 } = input;
  const conditions = [
    ...Object.entries(typeof given === 'object' && given !== null ? given : {}),
    ...Object.entries(input).filter(([name]) => !NOT_FILTERS.includes(name)),
  ].map(([name, value]): [string, unknown] => [name.toUpperCase(), value]);
  for (const [name] of conditions) {
    if (!KNOWN.includes(name)) exchange.violate(`user.get: условие ${name} неизвестно.`);
  }
  const users = MANAGERS.map(describeUser).filter((user) =>
    conditions.every(([name, value]) => !(name in user) || isEqual(Reflect.get(user, name), value)),
  );
  const from = Number(textOf(start)) || 0;
  const next = from + PAGE < users.length ? { next: from + PAGE } : {};
  return done(exchange, users.slice(from, from + PAGE), { ...next, total: users.length });
}

function isEqual(actual: unknown, wanted: unknown): boolean {
  if (typeof actual === 'boolean') return actual === ['true', 'Y', '1'].includes(String(wanted));
  return (Array.isArray(wanted) ? wanted : [wanted]).some((each) => textOf(each) === textOf(actual));
}

function describeUser({ n, extension, lastName, firstName, middleName }: Manager): object {
  return {
    ID: String(USER_IDS[extension]),
    ACTIVE: true,
    NAME: firstName,
    LAST_NAME: lastName,
    SECOND_NAME: middleName,
    EMAIL: `manager${n}@example.com`,
    LAST_LOGIN: '2026-01-12T10:00:00+03:00',
    DATE_REGISTER: '2026-01-12T00:00:00+03:00',
    TIME_ZONE: '',
    IS_ONLINE: 'Y',
    TIMESTAMP_X: {},
    LAST_ACTIVITY_DATE: {},
    PERSONAL_GENDER: '',
    PERSONAL_WWW: '',
    PERSONAL_BIRTHDAY: '',
    PERSONAL_MOBILE: '',
    PERSONAL_CITY: '',
    WORK_PHONE: '',
    WORK_POSITION: '',
    UF_EMPLOYMENT_DATE: '',
    UF_DEPARTMENT: [1],
    UF_PHONE_INNER: extension,
    USER_TYPE: 'employee',
  };
}

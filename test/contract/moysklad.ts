import { cases, sample } from '../integration/emulatorCrmStage.js';
import type { CrmFixture } from './fixture.js';
import type { GotRequest, Reply } from './scriptedCrm.js';

const PHONE_API = '/api/phone/1.0';
const REMAP = '/api/remap/1.2';
const EMPLOYEES: Readonly<Record<string, string>> = {
  '150': '00000000-0000-4000-8e00-000000000001',
  '151': '00000000-0000-4000-8e00-000000000002',
  '152': '00000000-0000-4000-8e00-000000000003',
};

interface Body {
  externalId?: string;
  extension?: string;
  duration?: number;
  endTime?: string;
  events?: { eventType: string; extension: string }[];
}
const bodyOf = ({ json }: GotRequest): Body => json ?? {};

const refusal = (status: number, code: number, error: string): Reply => ({
  status,
  json: { errors: [{ error, code, moreInfo: 'https://api.moysklad.ru/' }] },
});

/** The words of an error as the vendor documents them. */
const documented = (code: number): string =>
  (sample('moysklad-phone-errors')['errors'] as { code: number; error: string }[]).find((each) => each.code === code)
    ?.error ?? '';

const recorded = (code: number): Reply =>
  cases('moysklad-remap-errors')
    .map(({ json, status }) => ({ json, status }) as { status: number; json: { errors: { code: number }[] } })
    .find(({ json }) => json.errors[0]?.code === code) ?? 'hang';

/** The call as a healthy account shows it: it knows its employees by their extensions. */
function storedCall(request: GotRequest): Reply {
  const { response } = sample('moysklad-phone-call-post-min');
  const { externalId = decodeURIComponent(request.path.split('/').at(-1) ?? ''), extension } = bodyOf(request);
  return { status: 200, json: { ...(response?.json as object), comment: null, externalId, extension } };
}

function employeesOf({ query }: GotRequest): Reply {
  const extension = (query['filter'] ?? '').replace('extention=', '');
  const id = EMPLOYEES[extension];
  const meta = { href: `https://api.moysklad.ru${REMAP}/entity/employee/${id ?? ''}`, type: 'employee' };
  return { status: 200, json: { employees: id === undefined ? [] : [{ meta, extention: extension }] } };
}

const counterparty = {
  ...(sample('moysklad-remap-counterparty').response?.json as object),
  phone: '8 (029) 000-00-01',
  owner: { meta: { href: `https://api.moysklad.ru${REMAP}/entity/employee/${EMPLOYEES['151'] ?? ''}` } },
  contactpersons: { meta: {}, rows: [{ name: 'Петров Пётр Петрович', phone: '+375 29 000-00-01' }] },
};

function answer(request: GotRequest): Reply {
  const { method, path } = request;
  if (path.startsWith(`${PHONE_API}/call`)) {
    return method === 'POST' && path.endsWith('/event') ? { status: 204 } : storedCall(request);
  }
  if (path === `${PHONE_API}/employee`) return employeesOf(request);
  if (path === `${REMAP}/entity/counterparty`) return { status: 200, json: { rows: [counterparty] } };
  return refusal(404, 1002, documented(1002));
}

export const fixture: CrmFixture = {
  crm: 'moysklad',
  section: (origin) => ({
    enabled: true,
    phone_api_url: `${origin}${PHONE_API}`,
    api_url: `${origin}${REMAP}`,
    integration_code: 'phone-secret-key-1',
    api_token: 'remap-secret-token-1',
    employee_mapping: Object.fromEntries(
      Object.entries(EMPLOYEES).map(([extension, employee_id]) => [extension, { employee_id }]),
    ),
    timezone: 'Europe/Moscow',
    request_weight: 4,
  }),
  secrets: ['phone-secret-key-1', 'remap-secret-token-1'],
  answer,
  isJournal: (request) => {
    const { duration, endTime } = bodyOf(request);
    return request.path.startsWith(`${PHONE_API}/call`) && (duration !== undefined || endTime !== undefined);
  },
  creditedTo: (request) => bodyOf(request).extension ?? null,
  talkSeconds: (request) => {
    const { duration } = bodyOf(request);
    return duration === undefined ? null : duration / 1_000;
  },
  shownTo: (request) =>
    (bodyOf(request).events ?? []).filter(({ eventType }) => eventType === 'SHOW').map(({ extension }) => extension),
  closesEntries: true,
  journal: { step: 'finish', onUnknown: 'repeat' },
  isLookup: ({ path }) => path === `${REMAP}/entity/counterparty`,
  client: {
    last_name: 'Петров',
    first_name: 'Пётр',
    middle_name: 'Петрович',
    enterprise_name: 'ООО Тестовый контрагент',
    extension: '151',
  },
  nobody: { status: 200, json: { rows: [] } },
  wrongKey: refusal(401, 1056, documented(1056)),
  rateLimit: {
    ...(refusal(429, 1049, 'Превышено ограничение на количество запросов в единицу времени') as object),
    status: 429,
    headers: { 'X-Lognex-Retry-After': '700' },
  },
  errors: [
    {
      name: 'too many at once',
      reply: refusal(429, 1073, 'Превышено количество одновременных запросов'),
      becomes: 'limited',
    },
    { name: 'too many bad logins', reply: refusal(403, 1048, 'Слишком много попыток'), becomes: 'limited' },
    { name: 'a moment', reply: refusal(503, 1095, documented(1095)), becomes: 'limited' },
    { name: 'maintenance', reply: refusal(503, 1074, documented(1074)), becomes: 'unavailable' },
    { name: 'a parallel change', reply: refusal(409, 1065, documented(1065)), becomes: 'unavailable' },
    { name: 'unknown', reply: refusal(500, 1999, documented(1999)), becomes: 'unavailable' },
    { name: 'HTTP 500', reply: { status: 500, json: {} }, becomes: 'unavailable' },
    { name: 'no solution', reply: refusal(403, 55008, documented(55008)), becomes: 'configuration' },
    { name: 'no right', reply: recorded(1016), becomes: 'configuration' },
    { name: 'another path', reply: refusal(404, 1002, documented(1002)), becomes: 'configuration' },
    { name: 'a page of another server', reply: { status: 404, html: '<html>404</html>' }, becomes: 'configuration' },
    {
      name: 'another address',
      reply: { status: 301, headers: { location: 'https://x.example/' } },
      becomes: 'configuration',
    },
    { name: 'a field that is missing', reply: recorded(3000), becomes: 'rejected' },
    { name: 'a field of another type', reply: recorded(2016), becomes: 'rejected' },
    { name: 'HTTP 415 without a body', reply: { status: 415 }, becomes: 'rejected' },
  ],
};

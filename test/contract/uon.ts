import { SECTIONS } from '@live-calls/shared/contracts';
import { cases, sample } from '../integration/emulatorCrmStage.js';
import type { CrmFixture } from './fixture.js';
import type { GotRequest, Reply } from './scriptedCrm.js';

const KEY = 'uon-secret-key-1';
const MANAGERS: Readonly<Record<string, string>> = { '21': '150', '22': '151', '23': '152' };

const ok = (data: object): Reply => ({ status: 200, json: { ...data, result: 200 } });
const refusal = (status: number): Reply => ({ status, json: { result: status } });

const [known, unknown] = cases('uon-user-by-phone');
const nobody: Reply = { status: 404, json: unknown?.response?.json };

/** The recorded answer with other values. */
function users(answer: unknown, changes: readonly object[]): Reply {
  const [user] = (answer as { users: object[] }).users;
  return ok({ users: changes.map((change) => ({ ...user, ...change })) });
}

const ANSWERS: Readonly<Record<string, () => Reply>> = {
  'GET manager': () =>
    users(
      sample('uon-manager-list').response?.json,
      Object.entries(MANAGERS).map(([id, extension]) => ({ u_id: Number(id), ip_internal_number: extension })),
    ),
  'GET user/phone/375290000001': () =>
    users(known?.response?.json, [{ u_phone: ' 375290000001', manager_id: 22, u_company: 'ООО &quot;Ромашка&quot;' }]),
  'POST notification/create': () => ok({}),
  'POST call_history/create': () => ({ status: 200, json: sample('uon-call-history-create').response?.json }),
};

/** e.g. `GET manager`; of another key or address: what nobody answers. */
function endpointOf({ method, path }: GotRequest): string {
  const [, key, ...rest] = path.replace(/\.json$/, '').split('/');
  return key === KEY ? `${method} ${rest.join('/')}` : `${method} ?`;
}

const extensionOf = ({ form }: GotRequest): string | null => MANAGERS[String(form['manager_id'])] ?? null;

export const fixture: CrmFixture = {
  crm: 'uon',
  section: (origin) => SECTIONS.uon.parse({ enabled: true, api_url: origin, api_key: KEY, requests_per_second: 100 }),
  secrets: [KEY],
  answer: (request) => ANSWERS[endpointOf(request)]?.() ?? nobody,
  isJournal: (request) => endpointOf(request) === 'POST call_history/create',
  creditedTo: extensionOf,
  talkSeconds: ({ form }) => (form['duration'] === undefined ? null : Number(form['duration'])),
  shownTo: (request) =>
    endpointOf(request) === 'POST notification/create' ? [extensionOf(request) ?? 'somebody else'] : [],
  journal: { step: 'journal', onUnknown: 'report' },
  isLookup: (request) => endpointOf(request).startsWith('GET user/phone/'),
  client: {
    ...{ last_name: 'Иванов', first_name: 'Иван', middle_name: 'Иванович', enterprise_name: 'ООО "Ромашка"' },
    extension: '151',
  },
  nobody,
  wrongKey: refusal(403),
  rateLimit: refusal(429),
  errors: [
    { name: 'HTTP 400', reply: refusal(400), becomes: 'rejected' },
    { name: 'HTTP 401', reply: refusal(401), becomes: 'configuration' },
    { name: 'HTTP 500', reply: refusal(500), becomes: 'unavailable' },
    { name: 'HTTP 503', reply: refusal(503), becomes: 'unavailable' },
    { name: 'a refusal with HTTP 200', reply: { status: 200, json: { result: 403 } }, becomes: 'configuration' },
    { name: 'an address without the API', reply: { status: 404, html: '<html></html>' }, becomes: 'configuration' },
    { name: 'a redirect', reply: { status: 302, headers: { location: '/' } }, becomes: 'configuration' },
  ],
};

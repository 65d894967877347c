import { cases, sample } from '../integration/emulatorCrmStage.js';
import type { CrmFixture } from './fixture.js';
import type { GotRequest, Reply } from './scriptedCrm.js';

const V5 = '/api/v5';
const USERS: Readonly<Record<string, number>> = { '150': 11, '151': 12, '152': 13 };

const ok = (data: object = {}): Reply => ({ status: 200, json: { success: true, ...data } });
const refusal = (status: number, errorMsg: string, errors?: unknown): Reply => ({
  status,
  json: { success: false, errorMsg, ...(errors === undefined ? {} : { errors }) },
});

const ANSWERS: Readonly<Record<string, (request: GotRequest) => Reply>> = {
  'POST telephony/call/event': () => ok(),
  'POST telephony/calls/upload': () => ok({ processedCallsCount: 1, duplicateCalls: [] }),
  'GET telephony/manager': () =>
    ok({
      manager: { id: 12, firstName: 'Иван', lastName: 'Иванов', code: '151' },
      customer: { id: 1001, firstName: 'Пётр', lastName: 'Петров', patronymic: 'Петрович', phones: [] },
    }),
  'GET settings': () => ({ status: 200, json: sample('retailcrm-settings-timezone').response?.json }),
  'GET users': () => ok({ pagination: { totalPageCount: 1 }, users: [{ id: 11 }, { id: 12 }, { id: 13 }] }),
};

const extensionOf = (userId: unknown): string | null =>
  Object.keys(USERS).find((extension) => USERS[extension] === userId) ?? null;

const is = (request: GotRequest, endpoint: string): boolean =>
  `${request.method} ${request.path}` === endpoint.replace(' ', ` ${V5}/`);

const uploaded = ({ form }: GotRequest): Record<string, unknown> =>
  (form['calls'] as Record<string, unknown>[])[0] ?? {};

const [notEnabled] = cases('retailcrm-telephony-not-enabled');
const html = cases('retailcrm-error-html-405')[0] as { status: number; rawBody: string };

export const fixture: CrmFixture = {
  crm: 'retailcrm',
  section: (origin) => ({
    enabled: true,
    domain: origin,
    api_key: 'retail-secret-key-1',
    user_extensions: { '11': '150', '12': '151', '13': '152' },
    default_user_id: 13,
  }),
  secrets: ['retail-secret-key-1'],
  answer: (request) =>
    ANSWERS[`${request.method} ${request.path.slice(V5.length + 1)}`]?.(request) ?? refusal(404, 'Not Found'),
  isJournal: (request) => is(request, 'POST telephony/calls/upload'),
  creditedTo: (request) => {
    const { userId, code } = uploaded(request);
    return typeof code === 'string' ? code : extensionOf(userId);
  },
  talkSeconds: (request) => (uploaded(request)['duration'] as number | undefined) ?? null,
  shownTo: (request) => {
    if (!is(request, 'POST telephony/call/event')) return [];
    const { type, userIds = [] } = request.form['event'] as { type: string; userIds?: number[] };
    return type === 'hangup' ? [] : userIds.map((id) => extensionOf(id) ?? 'nobody');
  },
  journal: { step: 'upload', onUnknown: 'repeat' },
  isLookup: (request) => is(request, 'GET telephony/manager'),
  client: {
    last_name: 'Петров',
    first_name: 'Пётр',
    middle_name: 'Петрович',
    enterprise_name: null,
    extension: '151',
  },
  nobody: ok({ links: {} }),
  wrongKey: refusal(403, 'Wrong "apiKey" value.'),
  rateLimit: refusal(503, 'Service Temporarily Unavailable'),
  errors: [
    { name: 'HTTP 429', reply: refusal(429, 'Too many requests'), becomes: 'limited' },
    { name: 'HTTP 500', reply: refusal(500, 'Internal Server Error'), becomes: 'unavailable' },
    { name: 'a missing key', reply: refusal(403, '"apiKey" is missing.'), becomes: 'configuration' },
    { name: 'a key without rights', reply: refusal(403, 'Access denied.'), becomes: 'configuration' },
    { name: 'no such account', reply: refusal(404, 'Account does not exist.'), becomes: 'configuration' },
    { name: 'no such account, as a page', reply: { status: 405, html: html.rawBody }, becomes: 'unavailable' },
    {
      name: 'telephony that is not enabled, with HTTP 200 and a text as flag',
      reply: { status: 200, json: notEnabled?.response?.json },
      becomes: 'configuration',
    },
    {
      name: 'errors as a map',
      reply: refusal(400, 'Errors in the entity format', { 'calls[0].phone': 'phone must be provided' }),
      becomes: 'rejected',
    },
    { name: 'errors as a list', reply: refusal(400, 'Validation error', ['one', 'two']), becomes: 'rejected' },
    { name: 'an upload that stored nothing', reply: ok({ processedCallsCount: 0 }), becomes: 'rejected' },
  ],
};

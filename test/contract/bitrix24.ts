import { cases, sample } from '../integration/emulatorCrmStage.js';
import type { CrmFixture } from './fixture.js';
import type { GotRequest, Reply } from './scriptedCrm.js';

const CODE = 'bitrix-secret-code-1';
const WEBHOOK = `/rest/1/${CODE}`;
const REGISTER = 'telephony.externalCall.register';
const FINISH = 'telephony.externalCall.finish';
const SEARCH = 'telephony.externalCall.searchCrmEntities';

const USERS: Readonly<Record<string, number>> = { '150': 31, '151': 32, '152': 33 };
const extensionOf = (userId: unknown): string | null =>
  Object.keys(USERS).find((extension) => USERS[extension] === userId) ?? null;

const ok = (result: unknown): Reply => ({ status: 200, json: { result, time: { operating_reset_at: 1773131378 } } });
const asRecorded = (name: string): Reply => ({ status: 200, json: sample(name).response?.json });

/** Errors as they are documented, by code or, where that says nothing, by words. */
const refusals = cases('bitrix24-errors-system') as unknown as { status: number; json: { error: string } }[];
const refusal = (code: string): Reply =>
  refusals.find(({ json }) => json.error === code) ?? { status: 599, html: `no sample of ${code}` };

const methodOf = ({ path }: GotRequest): string =>
  path.startsWith(`${WEBHOOK}/`) ? path.slice(WEBHOOK.length + 1) : '';
const given = ({ json }: GotRequest): Record<string, unknown> => Object(json) as Record<string, unknown>;

const ANSWERS: Readonly<Record<string, (request: GotRequest) => Reply>> = {
  [REGISTER]: () => asRecorded('bitrix24-telephony-externalcall-register'),
  // What a portal says of a call that it does not know: the check asks for one.
  [FINISH]: (request) =>
    isPortals(request)
      ? asRecorded('bitrix24-telephony-externalcall-finish')
      : (cases('bitrix24-finish-not-found-real')[0]?.response as Reply),
  'telephony.externalCall.show': () => asRecorded('bitrix24-telephony-externalcall-show'),
  'telephony.externalCall.hide': () => asRecorded('bitrix24-telephony-externalcall-hide'),
  [SEARCH]: () => asRecorded('bitrix24-telephony-externalcall-searchcrmentities'),
  'crm.duplicate.findbycomm': () => ok([]),
  'crm.item.get': () => asRecorded('bitrix24-crm-item-get'),
  'user.get': () => ok([...Object.values(USERS), 99].map((id) => ({ ID: String(id), ACTIVE: true }))),
};

const isPortals = (request: GotRequest): boolean => String(given(request)['CALL_ID']).startsWith('externalCall.');

export const fixture: CrmFixture = {
  crm: 'bitrix24',
  section: (origin) => ({
    enabled: true,
    incoming_webhook: `${origin}${WEBHOOK}/`,
    user_extensions: { '31': '150', '32': '151', '33': '152', '99': '198' },
    default_user_id: 33,
    crm_create: false,
    request_burst: 250,
    requests_per_second: 5,
    record_after_seconds: 15,
  }),
  secrets: [CODE],
  answer: (request) =>
    ANSWERS[methodOf(request)]?.(request) ?? { status: 404, json: { error: 'ERROR_METHOD_NOT_FOUND' } },
  isJournal: (request) => methodOf(request) === FINISH && isPortals(request),
  creditedTo: (request) => extensionOf(given(request)['USER_ID']),
  talkSeconds: (request) => given(request)['DURATION'] as number,
  shownTo: (request) => {
    const { SHOW: show, USER_ID: userId } = given(request);
    const shows = methodOf(request).endsWith('.show') || (methodOf(request) === REGISTER && show === 1);
    return shows ? [userId].flat().map((id) => extensionOf(id) ?? 'nobody') : [];
  },
  journal: { step: 'finish', onUnknown: 'repeat' },
  isLookup: (request) => methodOf(request) === SEARCH,
  client: {
    last_name: 'Админов',
    first_name: 'Админ',
    middle_name: 'Админович',
    enterprise_name: 'ООО Ромашка',
    extension: '198',
  },
  nobody: ok([]),
  wrongKey: refusal('INVALID_CREDENTIALS'),
  rateLimit: refusal('QUERY_LIMIT_EXCEEDED'),
  errors: [
    { name: 'a method that took too long', reply: refusal('OPERATION_TIME_LIMIT'), becomes: 'limited' },
    { name: 'HTTP 500', reply: refusal('INTERNAL_SERVER_ERROR'), becomes: 'unavailable' },
    { name: 'a portal that answers nonsense', reply: refusal('ERROR_UNEXPECTED_ANSWER'), becomes: 'unavailable' },
    { name: 'a portal that is blocked', reply: refusal('OVERLOAD_LIMIT'), becomes: 'unavailable' },
    ...[
      'NO_AUTH_FOUND',
      'INVALID_REQUEST',
      'ACCESS_DENIED',
      'INVALID_CREDENTIALS',
      'ERROR_MANIFEST_IS_NOT_AVAILABLE',
      'insufficient_scope',
      'expired_token',
      'user_access_error',
      'PORTAL_DELETED',
    ].map((code) => ({ name: code, reply: refusal(code), becomes: 'configuration' as const })),
  ],
};

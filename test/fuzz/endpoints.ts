import { CRMS } from '@live-calls/shared/contracts';
import { EVENT_TYPES } from '../../services/core/src/ingest/eventRoute.js';
import { liveFixtures } from '../fixtures/fixtures.js';
import { sampleCall } from '../contract/sampleCall.js';
import type { ServiceName } from './fleet.js';

type Method = 'GET' | 'POST' | 'PUT';

/** A door that is knocked at. */
export interface Endpoint {
  service: ServiceName;
  method: Method;
  /** As it is registered, parameters as `:name`; what stands behind `*` is answered by the CRM's sandbox. */
  route: string;
  /** Values that make sense, by parameter. */
  params?: Readonly<Record<string, string>>;
  query?: string;
  /** A body that makes sense: what is sent is this, changed for the worse. */
  body?: object;
  headers?: Readonly<Record<string, string>>;
}

/** An enterprise that hostile requests are about. */
export interface Victim {
  number: string;
  token: string;
}

const JSON_BODY = { 'content-type': 'application/json' };
const PHONE = '+375290000001';
const CALL = sampleCall();
const eventOf = (type: string, { token }: Victim): object => ({
  ...liveFixtures.flatMap(({ events }) => events).find(({ event }) => event === type)?.body,
  Token: token,
});

/** What the page asks for. */
const STATUS = ['services', 'overview', 'calls', 'call', 'events'].map((what) => `/status/api/${what}`);

const core = (victim: Victim): Endpoint[] => [
  ...EVENT_TYPES.map((type): Endpoint => {
    return { service: 'core', method: 'POST', route: `/${type}`, body: eventOf(type, victim), headers: JSON_BODY };
  }),
  ...['/health', '/ready', '/metrics', '/status', ...STATUS].map((route): Endpoint => {
    return { service: 'core', method: 'GET', route };
  }),
  { service: 'core', method: 'POST', route: '/status/login', body: { token: 'made-up' }, headers: JSON_BODY },
  { service: 'core', method: 'GET', route: '/recordings/:uuid', params: { uuid: crypto.randomUUID() } },
  {
    ...{ service: 'core', method: 'POST', route: '/recovery/:enterprise', params: { enterprise: victim.number } },
    headers: { token: victim.token, 'content-type': 'application/x-ndjson' },
    query: 'dry_run=1',
    body: {
      id: 1,
      DateTime: '2025-10-01 10:00:00',
      event: 'dial',
      status: 'Timeout',
      request: eventOf('dial', victim),
    },
  },
];

const asked = (route: string, params: Readonly<Record<string, string>> = {}): Endpoint => {
  return { service: 'integration-cache', method: 'GET', route, params };
};

const cache = (victim: Victim, ent = { ent: victim.number }): Endpoint[] => [
  ...['/health', '/stats', '/metrics', '/ready', '/deliveries'].map((route) => asked(route)),
  ...['/integrations/:ent', '/config/:ent', '/metadata/:ent/managers', '/metadata/:ent/lines'].map((route) =>
    asked(route, ent),
  ),
  asked('/config/:ent/:type', { ...ent, type: 'retailcrm' }),
  asked('/metadata/:ent/manager/:id', { ...ent, id: '150' }),
  asked('/metadata/:ent/line/:id', { ...ent, id: '0001363' }),
  ...['customer-name', 'customer-profile', 'responsible-extension'].map((what) =>
    asked(`/${what}/:ent/:phone`, { ...ent, phone: PHONE }),
  ),
  {
    ...{ service: 'integration-cache', method: 'PUT', route: '/config/:ent/:type', headers: JSON_BODY },
    params: { ...ent, type: 'retailcrm' },
    body: { enabled: true, domain: 'https://crm.example.com', api_key: 'made-up', user_extensions: { '11': '150' } },
  },
  { service: 'integration-cache', method: 'POST', route: '/cache/refresh' },
  { service: 'integration-cache', method: 'POST', route: '/deliveries/retry', body: { ids: [1] }, headers: JSON_BODY },
  {
    ...{ service: 'integration-cache', method: 'POST', route: '/deliveries/:id/retry', params: { id: '1' } },
    ...{ body: {}, headers: JSON_BODY },
  },
  { service: 'integration-cache', method: 'POST', route: '/cache/invalidate/:ent', params: ent },
  {
    ...{ service: 'integration-cache', method: 'POST', route: '/dispatch/call-event', headers: JSON_BODY },
    body: {
      ...{ token: victim.token, uniqueId: CALL.external_id, event_type: 'dial', call: CALL },
      ...{ raw: eventOf('dial', victim), record_url: null, origin: 'live' },
    },
  },
];

const adapters = ({ number }: Victim): Endpoint[] =>
  CRMS.flatMap((crm): Endpoint[] => [
    ...['/health', '/ready', '/metrics'].map((route): Endpoint => ({ service: crm, method: 'GET', route })),
    {
      ...{ service: crm, method: 'POST', route: `/internal/${crm}/call-event`, headers: JSON_BODY },
      body: { enterprise_number: number, event_type: 'hangup', attempt: 1, origin: 'live', call: CALL },
    },
    {
      ...{ service: crm, method: 'GET', route: `/internal/${crm}/client` },
      query: `enterprise=${number}&phone=${encodeURIComponent(PHONE)}`,
    },
    {
      ...{ service: crm, method: 'POST', route: `/internal/${crm}/test`, headers: JSON_BODY },
      body: { enterprise_number: number },
    },
  ]);

const told = (route: string, query = ''): Endpoint => ({ service: 'emulator', method: 'GET', route, query });
const done = (route: string, body: object): Endpoint => {
  return { service: 'emulator', method: 'POST', route, body, headers: JSON_BODY };
};
const RUN = { runId: crypto.randomUUID() };

const emulator = (victim: Victim): Endpoint[] => [
  ...['/health', '/ready', '/metrics', '/test-interface', '/api/enterprises', '/api/scenarios', '/api/emulate'].map(
    (route) => told(route),
  ),
  ...['/api/managers', '/api/lines'].map((route) => told(route, `enterprise=${victim.number}`)),
  told('/api/random-phone', 'country=BY'),
  done('/api/emulate', { enterprise: victim.number, scenario: 'incoming-answered', pace: 'once' }),
  done('/api/replay', {
    ...{ enterprise: victim.number, pace: 'once' },
    events: [{ event: 'dial', offset_ms: 0, body: eventOf('dial', victim) }],
  }),
  ...['/api/emulate/:runId', '/api/emulate/:runId/stream'].map((route) => ({ ...told(route), params: RUN })),
  ...['/api/emulate/:runId/step', '/api/emulate/:runId/stop'].map((route) => ({ ...done(route, {}), params: RUN })),
  ...['/api/sandbox/telegram/chats', '/api/sandbox/telegram/stream', '/api/sandbox/faults'].map((route) => told(route)),
  { ...told('/api/sandbox/telegram/chats/:chatId', 'bot=1'), params: { chatId: '1001' } },
  ...CRMS.map((crm) => told(`/api/sandbox/${crm}`, `phone=${encodeURIComponent(PHONE)}`)),
  done('/api/sandbox/faults', { target: 'nobody', mode: '429' }),
  done('/api/sandbox/limits', { nobody: true }),
  done('/api/sandbox/reset', {}),
  { ...told('/sandbox/recordings/:file'), params: { file: '1.2.wav' } },
  {
    ...done('/sandbox/telegram/bot:token/:method', { chat_id: 4711, text: '<b>Иванов</b>', parse_mode: 'HTML' }),
    params: { token: '100000:made-up', method: 'sendMessage' },
  },
  ...['telephony/call/event', 'telephony/calls/upload', 'customers', 'users', 'settings'].map((path) =>
    done(`/sandbox/retailcrm/*api/v5/${path}`, { apiKey: 'demo-retailcrm-key', event: { phone: PHONE } }),
  ),
  ...['call', 'employee', 'call/1/event'].map((path) =>
    done(`/sandbox/moysklad/*api/phone/1.0/${path}`, { from: PHONE, number: PHONE, isIncoming: true }),
  ),
  ...['call-history/create', 'notification/create', 'manager'].map((path) =>
    done(`/sandbox/uon/*demo-uon-key/${path}.json`, { phone: PHONE, manager_id: 21 }),
  ),
  ...['telephony.externalcall.register', 'telephony.externalcall.finish', 'crm.duplicate.findbycomm'].map((method) =>
    done(`/sandbox/bitrix24/*rest/1/demo-bitrix24-key/${method}.json`, { USER_ID: 31, PHONE_NUMBER: PHONE }),
  ),
];

/** Every door of every service. */
export const endpointsOf = (victim: Victim): Endpoint[] =>
  [core, cache, adapters, emulator].flatMap((endpoints) => endpoints(victim));

/** The enterprise of whoever needs one only. */
export const VICTIM: Victim = { number: '0999', token: '375290000999' };
export const ENDPOINTS: readonly Endpoint[] = endpointsOf(VICTIM);

import { proxyPage } from '../crm/answer.js';
import type { CallReport, Crm, JournalCall } from '../crm/crm.js';
import { admit, keyOf, readAddress } from './admit.js';
import { failed } from './answers.js';
import { inputOf, textOf } from './input.js';
import { METHODS } from './methods.js';
import { createPortal, findUser, type Call } from './portal.js';

/** Per portal and source address. */
const LIMIT = { name: 'portal', bucket: 50, leakPerSecond: 2 };
/** Documented as for applications only; portals let webhooks do it all the same. */
const FOR_APPLICATIONS = ['telephony.externalCall.register', 'telephony.externalCall.finish'];

/** Bitrix24: `/rest/{user}/{code}/{method}` for webhooks, `/rest/{method}` with `auth` for applications. */
export function createBitrix24(): Crm {
  const portal = createPortal();
  const names = new Map(Object.keys(METHODS).map((name) => [name.toLowerCase(), name]));
  return {
    name: 'bitrix24',
    keyOf,
    route: (exchange) => {
      const { method } = readAddress(exchange);
      const name = names.get(method.toLowerCase());
      const perform = name === undefined ? undefined : METHODS[name];
      if (name !== undefined && perform !== undefined) return { name, answer: () => perform(portal, exchange) };
      return {
        name: method,
        answer: () => {
          exchange.violate(`${method}: такого метода в API нет.`);
          return failed(404, 'ERROR_METHOD_NOT_FOUND', 'Method not found!');
        },
      };
    },
    phoneOf: (exchange) => portal.calls.get(textOf(inputOf(exchange)['CALL_ID']))?.phone,
    admit,
    limitOf: ({ ip }) => ({ limit: LIMIT, key: ip }),
    overLimit: () => failed(503, 'QUERY_LIMIT_EXCEEDED', 'Too many requests'),
    faults: {
      '429': () => failed(429, 'OPERATION_TIME_LIMIT', 'Method is blocked due to operation time limit'),
      '500': () => failed(500, 'INTERNAL_SERVER_ERROR', 'Internal server error'),
      '503': () => failed(503, 'QUERY_LIMIT_EXCEEDED', 'Too many requests'),
      '403': (_exchange, { name }) =>
        FOR_APPLICATIONS.includes(name)
          ? failed(403, 'WRONG_AUTH_TYPE', 'Current authorization type is denied for this method')
          : failed(
              403,
              'insufficient_scope',
              'The request requires higher privileges than provided by the webhook token',
            ),
      html: () => proxyPage(502, 'Bad Gateway'),
    },
    calls: () => [...portal.calls.values()].map(describeCall),
    cards: () => [...portal.cards.values()],
    shown: () => portal.cards.shown(),
    reports: () => [...portal.calls.values()].flatMap(reportOf),
    clear: portal.clear,
  };
}

function describeCall(call: Call): JournalCall {
  const extension = findUser(call.userId)?.extension ?? null;
  const [registeredAt, startedAt] = [call.registeredAt, call.startedAt].map((ms) => new Date(ms).toISOString());
  return { ...call, extension, key: undefined, registeredAt, startedAt };
}

/** 1 is outgoing; a finished call is one line of the reports. */
function reportOf({ at, phone, type, userId, startedAt, finished, record }: Call): CallReport[] {
  if (finished === undefined) return [];
  return [
    {
      ...{ at, phone },
      direction: type === 1 ? 'outgoing' : 'incoming',
      extension: findUser(userId)?.extension ?? null,
      answered: finished.statusCode === '200',
      startedAt: new Date(startedAt).toISOString(),
      talkSeconds: finished.duration,
      recordings: record === undefined ? 0 : 1,
    },
  ];
}

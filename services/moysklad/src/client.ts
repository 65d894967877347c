import { type CrmAnswer, type CrmHttp } from '@live-calls/shared/runtime';
import type { BackOff } from './backOff.js';
import { PHONE_LIMIT, remapLimit } from './limits.js';
import type { CallChange, CallEvent, NewCall } from './mapping.js';
import type { Config } from './people.js';
import { isCallThere, isNoCall, refusalOf, unreadable } from './refusal.js';
import type { z } from 'zod';
import { Counterparties, Employees, StoredCall, type Counterparty, type Reference } from './shapes.js';

/** The Phone API 1.0 and Remap 1.2, as far as they are used. Each of these throws a `CrmError` or `NoAnswer`. */
export interface MoyskladClient {
  /** @returns undefined: there is a call with this id already */
  createCall(call: NewCall): Promise<StoredCall | undefined>;
  /** Adds to a call. @returns undefined: there is no such call */
  updateCall(externalId: string, change: CallChange): Promise<StoredCall | undefined>;
  /** @returns false: there is no such call */
  addEvent(externalId: string, event: CallEvent): Promise<boolean>;
  /** @returns undefined: nobody has this extension */
  findEmployee(extension: string): Promise<Reference | undefined>;
  /** @param query `search` or `filter`; contact persons come along */
  findCounterparties(query: { search: string } | { filter: string }): Promise<Counterparty[]>;
}

/** Pages with more could not be expanded; the same phone is in a few cards at most. */
const MOST_ROWS = 25;

/** Closing cards leaves time for the journal. ms */
const EVENT_TIMEOUT_MS = 3_000;

/** Names are wanted while it rings. ms */
const LOOKUP_TIMEOUT_MS = 2_500;

const COMMON = { accept: 'application/json;charset=utf-8', 'accept-encoding': 'gzip' };

export function createClient({ config, http }: { config: Config; http: CrmHttp }, backOff: BackOff): MoyskladClient {
  async function ask(account: string, request: Parameters<CrmHttp['request']>[0]): Promise<CrmAnswer> {
    backOff.admit(account);
    const answer = await http.request(request);
    if (answer.status < 200 || answer.status > 299) {
      const refusal = refusalOf(answer);
      backOff.refused(account, refusal);
      throw refusal;
    }
    backOff.answered(account);
    return answer;
  }

  const phone = (
    method: 'GET' | 'POST' | 'PUT',
    path: string,
    body?: object,
    bounds: { timeoutMs?: number } = {},
  ): Promise<CrmAnswer> =>
    ask(`${config.phone_api_url} ${config.integration_code}`, {
      method,
      url: `${config.phone_api_url}/${path}`,
      headers: { ...COMMON, 'content-type': 'application/json', 'lognex-phone-auth-token': config.integration_code },
      limit: PHONE_LIMIT,
      ...bounds,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });

  const remap = (path: string, query: Record<string, string>): Promise<CrmAnswer> =>
    ask(`${config.api_url} ${config.api_token}`, {
      method: 'GET',
      url: `${config.api_url}/${path}?${new URLSearchParams(query).toString()}`,
      headers: { ...COMMON, authorization: authorization(config.api_token) },
      limit: remapLimit(config.request_weight),
      timeoutMs: LOOKUP_TIMEOUT_MS,
    });

  return {
    createCall: (call) =>
      unless(isCallThere, async () => read(StoredCall, await phone('POST', 'call', call), 'a call')),
    updateCall: (externalId, change) =>
      unless(isNoCall, async () => read(StoredCall, await phone('PUT', byExternalId(externalId), change), 'a call')),
    addEvent: async (externalId, event) => {
      const path = `${byExternalId(externalId)}/event`;
      return (await unless(isNoCall, () => phone('POST', path, event, { timeoutMs: EVENT_TIMEOUT_MS }))) !== undefined;
    },
    findEmployee: async (extension) => {
      const answer = await phone('GET', `employee?filter=extention=${encodeURIComponent(extension)}`);
      const { employees } = read(Employees, answer, 'employees');
      return employees.find(({ extention }) => extention === extension)?.meta;
    },
    findCounterparties: async (query) => {
      const page = { ...query, expand: 'contactpersons', limit: String(MOST_ROWS) };
      return read(Counterparties, await remap('entity/counterparty', page), 'counterparties').rows;
    },
  };
}

const byExternalId = (externalId: string): string => `call/extid/${encodeURIComponent(externalId)}`;

/** A token, or a login and a password. */
function authorization(token: string): string {
  return token.includes(':') ? `Basic ${Buffer.from(token).toString('base64')}` : `Bearer ${token}`;
}

/** @throws CrmError when it is in another form */
function read<T>(schema: z.ZodType<T>, { json }: CrmAnswer, what: string): T {
  const { data } = schema.safeParse(json);
  if (data === undefined) throw unreadable(what);
  return data;
}

/** What `perform` gives; undefined when it is refused for this reason. */
async function unless<T>(isReason: (error: unknown) => boolean, perform: () => Promise<T>): Promise<T | undefined> {
  try {
    return await perform();
  } catch (error) {
    if (isReason(error)) return undefined;
    throw error;
  }
}

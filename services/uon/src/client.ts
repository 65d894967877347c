import { withQuickTries, type CrmAnswer, type CrmContext, type RateLimit } from '@live-calls/shared/runtime';
import { z } from 'zod';
import { Created, Manager, Result, Tourist } from './answers.js';
import { notUon, refusalOf, unknown } from './refusal.js';

/** U-ON's API, as far as it is used. Each of these throws a `CrmError` or a `NoAnswer` when U-ON did not do it. */
export interface UonClient {
  /** @param digits of a phone, without `+` @returns nobody: an empty list */
  findTourists(digits: string): Promise<Tourist[]>;
  listManagers(): Promise<Manager[]>;
  /** Flashes a message on a manager's screen. */
  createNotification(fields: Readonly<Record<string, string>>): Promise<void>;
  /** @returns the call's id; null when U-ON did not say */
  createCall(fields: Readonly<Record<string, string>>): Promise<string | null>;
}

const Users = z.looseObject({ users: z.array(z.unknown()) });

/**
 * The key is a part of the address: the address is not to be told to anybody, errors included.
 *
 * @param hurryMs each question is asked once only and waits no longer for its answer
 */
export function createClient(
  { config, http }: Pick<CrmContext<'uon'>, 'config' | 'http'>,
  hurryMs?: number,
): UonClient {
  const urlOf = (endpoint: string): string =>
    `${config.api_url}/${encodeURIComponent(config.api_key)}/${endpoint}.json`;
  const limit = limitOf(config.requests_per_second);
  const patience = hurryMs === undefined ? {} : { timeoutMs: hurryMs };

  /** @returns null: not found */
  const read = (endpoint: string): Promise<unknown[] | null> =>
    withQuickTries(
      async () => {
        const answer = await http.request({ method: 'GET', url: urlOf(endpoint), limit, ...patience });
        const status = statusOf(answer);
        if (status === 404 && isOwn(answer)) return null;
        if (status !== 200) throw refusalOf(status, retryAfterMs(answer), false);
        const users = Users.safeParse(answer.json);
        if (!users.success) throw notUon(`U-ON answered ${endpoint.split('/')[0] ?? ''} without users`);
        return users.data.users;
      },
      { mayRepeat: true, tries: hurryMs === undefined ? 3 : 1 },
    );

  const change = (endpoint: string, fields: Readonly<Record<string, string>>): Promise<unknown> =>
    withQuickTries(
      async () => {
        const headers = { 'content-type': 'application/x-www-form-urlencoded' };
        const body = new URLSearchParams(fields).toString();
        const answer = await http.request({ method: 'POST', url: urlOf(endpoint), headers, body, limit });
        const status = statusOf(answer);
        if (status !== 200) throw refusalOf(status, retryAfterMs(answer), true);
        if (!Result.safeParse(answer.json).success) throw unknown(`U-ON answered ${endpoint} with no JSON`);
        return answer.json;
      },
      { mayRepeat: false },
    );

  return {
    findTourists: async (digits) => readable(Tourist, await read(`user/phone/${digits}`)),
    listManagers: async () => {
      const users = await read('manager');
      if (users === null) throw refusalOf(404, undefined, false);
      return readable(Manager, users);
    },
    createNotification: async (fields) => {
      await change('notification/create', fields);
    },
    createCall: async (fields) => Created.safeParse(await change('call_history/create', fields)).data?.id ?? null,
  };
}

/** Half of it at once and the other half as time goes by: never more than that in any second. */
const limitOf = (perSecond: number): RateLimit => ({
  name: 'all',
  burst: Math.max(1, Math.floor(perSecond / 2)),
  perSecond: perSecond / 2,
});

/** U-ON repeats its status in the answer; where they differ, the answer says more. */
function statusOf({ status, json }: CrmAnswer): number {
  const result = Result.safeParse(json).data?.result ?? status;
  return status >= 200 && status < 300 ? (result >= 400 ? result : 200) : status;
}

/** U-ON itself says that it found nothing, in JSON; a page or nothing at all is of whoever else listens there. */
const isOwn = ({ json }: CrmAnswer): boolean => {
  const own = Result.safeParse(json).data;
  return own !== undefined && (own.result ?? 404) === 404;
};

function retryAfterMs({ headers }: CrmAnswer): number | undefined {
  const seconds = Number(headers['retry-after'] ?? NaN);
  return seconds >= 0 ? seconds * 1_000 : undefined;
}

/** An entry that cannot be read does not spoil the others. */
function readable<T>(schema: z.ZodType<T>, users: readonly unknown[] | null): T[] {
  return (users ?? []).flatMap((user) => schema.safeParse(user).data ?? []);
}

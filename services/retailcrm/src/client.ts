import { withQuickTries, type CrmContext, type CrmRequest, type RateLimit } from '@live-calls/shared/runtime';
import { z } from 'zod';
import type { CallEvent, UploadedCall } from './mapping.js';
import { accepted } from './refusal.js';

/** What PHP leaves out may come as null or as an empty list. */
const sometimes = <T extends z.ZodType>(schema: T) => schema.optional().catch(undefined);

const texts = sometimes(z.array(z.coerce.string()));
const name = sometimes(z.string().nullable());

const EventAnswer = z.looseObject({ notExistCodes: texts, notExistUsers: texts });
const UploadAnswer = z.looseObject({ processedCallsCount: sometimes(z.number()), duplicateCalls: texts });
const PeopleAnswer = z.looseObject({
  manager: sometimes(z.looseObject({ id: z.number(), code: name })),
  customer: sometimes(z.looseObject({ firstName: name, lastName: name, patronymic: name })),
});
const SettingsAnswer = z.looseObject({
  settings: sometimes(z.looseObject({ timezone: sometimes(z.looseObject({ value: z.string() })) })),
});
const UsersAnswer = z.looseObject({
  pagination: sometimes(z.looseObject({ totalPageCount: z.number() })),
  users: z.array(z.looseObject({ id: z.number() })),
});

/** The documented limits of a key are 40 a second for telephony and 10 for the rest: burst and refill stay below. */
const TELEPHONY: RateLimit = { name: 'telephony', burst: 10, perSecond: 28 };
const OTHER: RateLimit = { name: 'other', burst: 3, perSecond: 6 };

/** A page of the list of users, and as many pages as anybody has. */
const USERS_PER_PAGE = 100;
const MOST_PAGES = 20;

/** Of a request that nobody waits for longer: others of the same event need their time too. */
const EVENT_TIMEOUT_MS = 3_000;

interface UploadAnswer {
  /** Whether the call is in the journal now, from this request or an earlier one. */
  isStored: boolean;
}

/** An account of RetailCRM, API v5. Everything throws a CrmError or NoAnswer. */
export interface RetailCrm {
  /** @returns whom RetailCRM does not know */
  sendEvent(event: CallEvent): Promise<{ unknownCodes: string[]; unknownUsers: string[] }>;
  uploadCall(call: UploadedCall): Promise<UploadAnswer>;
  findPeople(phone: string): Promise<z.infer<typeof PeopleAnswer>>;
  /** IANA zone of the account; undefined when RetailCRM does not tell. */
  zone(): Promise<string | undefined>;
  /** Ids of the active users. */
  userIds(): Promise<number[]>;
}

export function createClient({ config, http }: Pick<CrmContext<'retailcrm'>, 'config' | 'http'>): RetailCrm {
  const headers = { accept: 'application/json', 'accept-encoding': 'gzip', 'x-api-key': config.api_key };
  const address = (path: string, query: Record<string, string> = {}): URL => {
    const url = new URL(`${config.domain}/api/v5/${path}`);
    for (const [key, value] of Object.entries(query)) url.searchParams.set(key, value);
    return url;
  };

  // Everything may be sent again: an upload is recognised by its externalId, a card replaces the one that is shown.
  const ask = (request: CrmRequest, tries?: number): Promise<Record<string, unknown>> =>
    withQuickTries(async () => accepted(await http.request(request)), {
      mayRepeat: true,
      ...(tries !== undefined && { tries }),
    });
  const get = (path: string, limit: RateLimit, query?: Record<string, string>) =>
    ask({ method: 'GET', url: address(path, query), headers, limit });
  const post = (path: string, field: string, data: unknown): CrmRequest => ({
    method: 'POST',
    url: address(path),
    headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ [field]: JSON.stringify(data) }).toString(),
    limit: TELEPHONY,
  });

  const usersOnPage = async (page: number) =>
    UsersAnswer.parse(
      await get('users', OTHER, { 'filter[active]': '1', limit: String(USERS_PER_PAGE), page: String(page) }),
    );

  return {
    sendEvent: async (event) => {
      const request = { ...post('telephony/call/event', 'event', event), timeoutMs: EVENT_TIMEOUT_MS };
      const { notExistCodes = [], notExistUsers = [] } = EventAnswer.parse(await ask(request, 2));
      return { unknownCodes: notExistCodes, unknownUsers: notExistUsers };
    },
    uploadCall: async (call) => {
      const { processedCallsCount = 1, duplicateCalls = [] } = UploadAnswer.parse(
        await ask(post('telephony/calls/upload', 'calls', [call])),
      );
      return { isStored: processedCallsCount > 0 || duplicateCalls.includes(call.externalId) };
    },
    findPeople: async (phone) =>
      PeopleAnswer.parse(await get('telephony/manager', TELEPHONY, { phone, details: '1', ignoreStatus: '1' })),
    zone: async () => SettingsAnswer.parse(await get('settings', OTHER)).settings?.timezone?.value,
    userIds: async () => {
      const ids: number[] = [];
      for (let page = 1; page <= MOST_PAGES; page++) {
        const { users, pagination } = await usersOnPage(page);
        ids.push(...users.map(({ id }) => id));
        if (page >= (pagination?.totalPageCount ?? 1)) break;
      }
      return ids;
    },
  };
}

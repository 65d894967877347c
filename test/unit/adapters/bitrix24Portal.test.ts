import { describe, expect, it, test } from 'vitest';
import { SECTIONS } from '@live-calls/shared/contracts';
import { Employees, FoundEntities, Item } from '../../../services/bitrix24/src/answers.js';
import { webhookOf } from '../../../services/bitrix24/src/client.js';
import { employeesCheck } from '../../../services/bitrix24/src/employeesCheck.js';
import { createOperatingTimes } from '../../../services/bitrix24/src/operatingTimes.js';
import { profileOf, spellingsOf } from '../../../services/bitrix24/src/profile.js';
import { CallNotFound, refusalOf } from '../../../services/bitrix24/src/refusal.js';
import { cases, sample } from '../../integration/emulatorCrmStage.js';

const METHOD = 'telephony.externalCall.finish';
const kindOf = (status: number, json: unknown, operatingMs?: number) =>
  refusalOf(METHOD, { status, json }, operatingMs).facts;

describe('what errors mean', () => {
  const BY_CODE: Readonly<Record<string, string>> = {
    INTERNAL_SERVER_ERROR: 'unavailable',
    ERROR_UNEXPECTED_ANSWER: 'unavailable',
    OVERLOAD_LIMIT: 'unavailable',
    QUERY_LIMIT_EXCEEDED: 'limited',
    OPERATION_TIME_LIMIT: 'limited',
    ERROR_BATCH_LENGTH_EXCEEDED: 'rejected',
    ERROR_BATCH_METHOD_NOT_ALLOWED: 'unavailable',
  };
  const system = cases('bitrix24-errors-system') as unknown as { status: number; json: { error: string } }[];

  test.each(system.map(({ status, json }) => [json.error, status, json] as const))('%s', (code, status, json) => {
    const facts = kindOf(status, json);
    expect(facts.kind).toBe(BY_CODE[code] ?? 'configuration');
    if (facts.kind === 'configuration') expect(facts.advice).toMatch(/[а-яё]/i);
  });

  it('the SDK’s errors, one of a batch too', () => {
    const [payment, client, fine, batch] = cases('bitrix24-errors-phpsdk') as unknown as { body: unknown }[];
    expect([kindOf(402, payment?.body).kind, kindOf(401, client?.body).kind]).toEqual([
      'configuration',
      'configuration',
    ]);
    expect(fine?.body).toMatchObject({ result: 3465 });
    const { result } = batch?.body as { result: { result_error: Record<string, unknown> } };
    expect(Object.values(result.result_error).map((each) => kindOf(200, each).kind)).toEqual(['limited']);
  });

  const telephony = sample('bitrix24-errors-telephony')['errors'] as Record<
    string,
    { error: string; error_description: string }[]
  >;
  const BY_WORDS: readonly (readonly [words: RegExp, kind: string])[] = [
    [/^Current authorization type|^User is not found|^CRM is not installed/, 'configuration'],
    [/not finished yet|^Unexpected database error/, 'unavailable'],
  ];

  test.each(
    Object.entries(telephony).flatMap(([method, errors]) =>
      errors.map((json) => [`${method}: ${json.error_description}`, json] as const),
    ),
  )('%s', (_name, json) => {
    const status = json.error === 'WRONG_AUTH_TYPE' ? 403 : 400;
    const wanted = BY_WORDS.find(([words]) => words.test(json.error_description))?.[1] ?? 'rejected';
    expect(kindOf(status, json).kind).toBe(wanted);
    const isNotFound = json.error_description.startsWith('Call is not found (');
    expect(refusalOf(METHOD, { status, json }) instanceof CallNotFound).toBe(isNotFound);
  });

  it('a call that is not found, as portals say it', () => {
    const [real] = cases('bitrix24-finish-not-found-real');
    const { status = 0, json } = real?.response ?? {};
    expect(refusalOf(METHOD, { status, json })).toBeInstanceOf(CallNotFound);
  });

  it('a method whose time is used up waits for it alone, as long as the portal says', () => {
    const { operating } = sample('bitrix24-limits') as unknown as {
      operating: { onExceed: { status: number; error: string } };
    };
    const { status, error } = operating.onExceed;
    const limited = { kind: 'limited', onlyThis: true };
    expect(kindOf(status, { error }, 240_000)).toEqual({ ...limited, retryAfterMs: 240_000 });
    expect(kindOf(status, { error })).toEqual({ ...limited, retryAfterMs: 60_000 });
  });

  test.each([
    [502, undefined, 'unavailable'],
    [200, undefined, 'unavailable'],
    [301, undefined, 'configuration'],
    [401, { error: 'somehow new' }, 'configuration'],
    [403, undefined, 'unavailable'],
    [400, { error: '', error_description: 'strange' }, 'rejected'],
    [404, { error: 'ERROR_METHOD_NOT_FOUND', error_description: 'Method not found!' }, 'configuration'],
  ])('HTTP %s with %j', (status, json, kind) => {
    expect(kindOf(status, json).kind).toBe(kind);
  });
});

describe('the time that is left to a method', () => {
  it('is asked for again only after the reset that was told last, of this portal and method', () => {
    let now = 1_000;
    const times = createOperatingTimes(() => now);
    expect(times.hold('a', 'finish')).toBeUndefined();
    times.heard('a', 'finish', 601_000);
    expect(times.heldFor('a', 'finish')).toBe(0);
    now = 401_000;
    expect(times.hold('a', 'finish')).toBe(200_000);
    expect([times.heldFor('a', 'finish'), times.heldFor('a', 'show'), times.heldFor('b', 'finish')]).toEqual([
      200_000, 0, 0,
    ]);
    now = 601_000;
    expect(times.heldFor('a', 'finish')).toBe(0);
    expect(times.hold('a', 'finish')).toBeUndefined();
  });
});

it('the limit of a portal is the documented one, unless the settings say another', () => {
  const { rate } = sample('bitrix24-limits') as unknown as { rate: { bucket: number; perSecondLeak: number } };
  expect(SECTIONS.bitrix24.parse({ incoming_webhook: 'https://x.example/rest/1/c' })).toMatchObject({
    request_burst: rate.bucket,
    requests_per_second: rate.perSecondLeak,
  });
});

describe('the address of a webhook', () => {
  test.each([
    'https://example.bitrix24.ru/rest/1/code',
    'https://example.bitrix24.ru/rest/1/code/',
    'https://example.bitrix24.ru/rest/1/code/profile.json',
  ])('%s', (address) => {
    expect(webhookOf(address)).toBe('https://example.bitrix24.ru/rest/1/code');
  });

  it('below a path', () => {
    expect(webhookOf('http://127.0.0.1/sandbox/rest/31/x/')).toBe('http://127.0.0.1/sandbox/rest/31/x');
  });

  test.each(['https://example.bitrix24.ru', 'https://example.bitrix24.ru/rest/code/', 'https://example.com/rest/1/'])(
    '%s is none, and nobody is told what it was',
    (address) => {
      expect(() => webhookOf(address)).toThrow('incoming_webhook is not the address of a webhook');
    },
  );
});

describe('a client', () => {
  const settings = SECTIONS.bitrix24.parse({
    incoming_webhook: 'https://example.bitrix24.ru/rest/1/code/',
    user_extensions: { '99': '150', '1': '151' },
  });
  const found = (change: object = {}) =>
    FoundEntities.parse([
      {
        CRM_ENTITY_TYPE: 'CONTACT',
        CRM_ENTITY_ID: 651,
        ASSIGNED_BY_ID: 99,
        NAME: 'Иван Иванов',
        ASSIGNED_BY: [],
        ...change,
      },
    ]);
  const { item } = Item.parse(Reflect.get(Object(sample('bitrix24-crm-item-get').response?.json), 'result'));

  it('has the parts of a name, or the whole when they are not to be had', () => {
    const [person] = found();
    if (person === undefined) throw new Error('nobody');
    expect(profileOf(settings, person, { ...person, item }, undefined)).toEqual({
      last_name: 'Админов',
      first_name: 'Админ',
      middle_name: 'Админович',
      enterprise_name: 'Административная компания',
      extension: '150',
    });
    expect(profileOf(settings, person, person, undefined)).toMatchObject({
      last_name: 'Иван Иванов',
      first_name: null,
    });
    const empty = Item.parse({ item: { id: 1, title: 'Лид #1' } }).item;
    expect(profileOf(settings, person, { ...person, item: empty }, undefined)).toMatchObject({
      last_name: 'Иван Иванов',
      enterprise_name: null,
    });
  });

  it('has the extension of who is responsible: by the settings, else by the portal, else nobody’s', () => {
    const extension = (change: object): string | null => {
      const [first] = found(change);
      return profileOf(settings, first, first, undefined).extension;
    };
    expect(extension({ ASSIGNED_BY: { USER_PHONE_INNER: '777' } })).toBe('150');
    expect(extension({ ASSIGNED_BY_ID: 5, ASSIGNED_BY: { USER_PHONE_INNER: '777' } })).toBe('777');
    expect(extension({ ASSIGNED_BY_ID: '5', ASSIGNED_BY: { USER_PHONE_INNER: null } })).toBeNull();
    expect(extension({ ASSIGNED_BY_ID: null, ASSIGNED_BY: null })).toBeNull();
  });

  it('what is no contact, company or lead is passed over', () => {
    expect(found({ CRM_ENTITY_TYPE: 'DEAL' })).toEqual([]);
    expect(found({ CRM_ENTITY_ID: 0 })).toEqual([]);
  });

  test.each([
    ['+375290000001', ['+375290000001', '375290000001', '80290000001', '290000001']],
    ['+74951234567', ['+74951234567', '74951234567', '84951234567', '4951234567']],
    ['+4930123456', ['+4930123456', '4930123456']],
  ])('%s as people type it in', (phone, spellings) => {
    expect(spellingsOf(phone)).toEqual(spellings);
  });
});

describe('the check of the employees', () => {
  const { result } = sample('bitrix24-user-get').response?.json as { result: unknown };
  const employees = Employees.parse(result);
  const checked = (changes: object, known = employees) =>
    employeesCheck(SECTIONS.bitrix24.parse({ incoming_webhook: 'https://x.example/rest/1/c', ...changes }), known);

  test.each([
    [{ user_extensions: { '1': '150', '3': '151' }, default_user_id: 3 }, true, 'внутренние номера: 150, 151'],
    [{ user_extensions: { '1': '150', '9': '151' } }, false, 'с id 9'],
    [{ user_extensions: { '1': '150' }, default_user_id: 9 }, false, 'с id 9'],
    [{ user_extensions: { '1': '150', '3': '150' } }, false, 'у нескольких сотрудников: 150'],
    [{ default_user_id: 1 }, false, 'user_extensions пуст'],
  ])('%j', (changes, ok, detail) => {
    const check = checked(changes);
    expect(check).toMatchObject({ ok, detail: expect.stringContaining(detail) as string });
    expect(check.advice === undefined).toBe(ok);
  });

  it('somebody who was dismissed is nobody', () => {
    const dismissed = Employees.parse([{ ID: '1', ACTIVE: false }]);
    expect(checked({ user_extensions: { '1': '150' } }, dismissed)).toMatchObject({ ok: false });
  });
});

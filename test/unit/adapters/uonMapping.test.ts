import { readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import { readIntegrations } from '@live-calls/shared/contracts';
import { Tourist } from '../../../services/uon/src/answers.js';
import {
  callFields,
  creditable,
  notificationFields,
  notificationText,
  ownerOf,
  profileOf,
  spellingsOf,
} from '../../../services/uon/src/mapping.js';
import { plainText } from '../../../services/uon/src/plainText.js';
import { CALL, configured, MISSED } from './uonCall.js';

/** The request of a file in services/uon/fixtures. */
const formIn = (name: string): unknown => {
  const file = new URL(`../../../services/uon/fixtures/${name}.json`, import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { request: { form: object } }).request.form;
};

const START = '2025-09-30 11:15:00';
const written = (call: object = {}, settings: object = {}, managerId: string | undefined = '22'): object =>
  callFields({ ...CALL, ...call }, { start: START, managerId }, configured(settings));

describe('a call in the journal', () => {
  it('has the talk without the ringing, the direction, the manager, the recording and the line', () => {
    expect(written()).toEqual({
      phone: '375290000001',
      start: START,
      duration: '65',
      direction: '2',
      manager_id: '22',
      record_link: 'https://calls.example.com/recordings/1759220100.1',
      note: 'Линия: Главный офис. Разговаривал: 151. Звонили: 150, 151. Ожидание: 12 с.',
    });
  });

  it('of nobody who answered has no talk, no manager and no recording', () => {
    expect(callFields({ ...CALL, ...MISSED }, { start: START, managerId: undefined }, configured())).toEqual({
      phone: '375290000001',
      start: START,
      duration: '0',
      direction: '2',
      note: 'Линия: Главный офис. Пропущен. Звонили: 150, 151. Ожидание: 77 с.',
    });
  });

  it('with a transfer tells who talked after whom', () => {
    expect(written({ rang: ['150'], talked: ['150', '151'] })).toEqual(formIn('call-history-create'));
  });

  test.each([
    ['who got it back is there twice', ['150', '151'], '150', '150 → 151 → 150'],
    ['a mobile is the last of it', ['150', '+375290000077'], '150', '150 → +375290000077'],
  ])('has a chain of which %s', (_name, talked, extension, chain) => {
    expect(written({ talked, extension })).toMatchObject({
      note: expect.stringContaining(`Разговаривали: ${chain}.`) as string,
    });
  });

  it('that went out and was not answered says so', () => {
    const call = { ...MISSED, direction: 'outgoing', rang: ['150'], line: { id: '', name: null } };
    expect(written(call)).toMatchObject({ direction: '1', note: 'Не дозвонились. Ожидание: 77 с.' });
  });

  it('whose talk nobody measured has no duration rather than a guessed one', () => {
    expect(written({ talk_seconds: null })).not.toHaveProperty('duration');
  });

  it('has whole seconds', () => {
    expect(written({ talk_seconds: 64.6, wait_seconds: 0.4 })).toMatchObject({ duration: '65' });
  });

  it('has its fields under the names that the section gives them, and not those that it leaves out', () => {
    const call_fields = { duration: 'call_duration', note: null, record_link: null, manager_id: null };
    const fields = written({}, { call_fields, directions: { incoming: 'in', outgoing: 'out' } });
    expect(fields).toEqual({ phone: '375290000001', start: START, call_duration: '65', direction: 'in' });
  });
});

describe('who is credited', () => {
  test.each([
    ['who talked last', { talked: ['150', '151'], extension: '151' }, ['151', '150']],
    ['of a missed call the only one who rang', { ...MISSED, rang: ['150'], extension: '150' }, ['150']],
    ['of a call missed by several nobody', MISSED, []],
    [
      'of a call with a mobile as the last, else who talked before',
      { talked: ['150', '+375290000077'], extension: '+375290000077' },
      ['+375290000077', '150'],
    ],
  ])('%s', (_name, call, expected) => {
    expect(creditable({ ...CALL, ...call })).toEqual(expected);
  });
});

describe('a notification', () => {
  const client = { ...{ last_name: 'Иванов', first_name: 'Иван', middle_name: null }, extension: null };

  test.each([
    ['a stranger', {}, null, 'Звонит +375290000001. Линия: Главный офис'],
    ['a person', {}, { ...client, enterprise_name: null }, 'Звонит +375290000001 — Иванов Иван. Линия: Главный офис'],
    [
      'somebody of a company, over an unknown line',
      { line: { id: '', name: null } },
      { ...client, enterprise_name: 'ООО Ромашка' },
      'Звонит +375290000001 — Иванов Иван, ООО Ромашка',
    ],
    [
      'whom the manager calls',
      { direction: 'outgoing' as const },
      null,
      'Исходящий звонок: +375290000001. Линия: Главный офис',
    ],
  ])('tells of %s', (_name, call, profile, text) => {
    expect(notificationText({ ...CALL, ...call }, profile)).toBe(text);
  });

  it('has the names of fields that the section gives them', () => {
    const text = notificationText(CALL, { ...client, enterprise_name: 'ООО Ромашка' });
    expect(notificationFields(text, '21', configured())).toEqual(formIn('notification-create'));
    const renamed = configured({ notification_fields: { manager_id: 'user_id' } });
    expect(notificationFields('Звонит', '21', renamed)).toEqual({ text: 'Звонит', user_id: '21' });
  });
});

describe('the client', () => {
  const tourist = (fields: object): Tourist => Tourist.parse(fields);

  it('is looked for as it may have been typed in', () => {
    expect(spellingsOf('+375290000001')).toEqual(['375290000001', '80290000001']);
    expect(spellingsOf('+79991234567')).toEqual(['79991234567', '89991234567']);
    expect(spellingsOf('+4915100000000')).toEqual(['4915100000000']);
  });

  it('is who has this very phone, in any spelling and any of the fields', () => {
    const other = tourist({ u_surname: 'Петров', u_phone: '375290000002' });
    for (const stored of [
      { u_phone: ' 375290000001' },
      { u_phone_mobile: '8 (029) 000-00-01' },
      { u_phone_home: '+375290000001' },
    ]) {
      const owner = tourist({ u_surname: 'Иванов', ...stored });
      expect(ownerOf([other, owner], '+375290000001', 'BY')).toBe(owner);
    }
    expect(ownerOf([other], '+375290000001', 'BY')).toBeUndefined();
  });

  it('is rather who is active, and never who is deleted', () => {
    const phone = { u_phone: '375290000001' };
    const [active, resting, deleted] = [
      tourist({ ...phone, active: 1 }),
      tourist({ ...phone, active: '0' }),
      tourist({ ...phone, deleted: 1 }),
    ];
    expect(ownerOf([deleted, resting, active], '+375290000001', 'BY')).toBe(active);
    expect(ownerOf([deleted, resting], '+375290000001', 'BY')).toBe(resting);
    expect(ownerOf([deleted], '+375290000001', 'BY')).toBeUndefined();
  });

  it('has a name without entities; what is empty is not known', () => {
    const found = tourist({
      u_surname: 'Сидоров',
      u_name: ' Олег',
      u_sname: null,
      u_company: '&quot;Лён &amp; Ко&quot;',
    });
    expect(profileOf(found, '152')).toEqual({
      ...{ last_name: 'Сидоров', first_name: 'Олег', middle_name: null, enterprise_name: '"Лён & Ко"' },
      extension: '152',
    });
  });

  test.each([
    ['О&#039;Нил', "О'Нил"],
    ['&#x41;&amp;amp;', 'A&amp;'],
    ['Рога & копыта &unknown; &#0; &#999999;', 'Рога & копыта &unknown; &#0; \u{f423f}'],
    ['&laquo;Лён&raquo;&nbsp;', '«Лён»'],
  ])('%s is %s', (stored, meant) => {
    expect(plainText(stored)).toBe(meant);
  });
});

describe('a section that is wrong', () => {
  test.each([
    [{ api_key: ' ' }, 'api_key is empty'],
    [{ timezone: 'Minsk' }, 'timezone: must be a time zone such as Europe/Minsk'],
    [{ call_fields: { durations: 'x' } }, 'call_fields: Unrecognized key: "durations"'],
    [{ call_fields: { note: '' } }, 'call_fields.note: is empty'],
    [{ notification_fields: { text: null } }, 'notification_fields.text'],
    [{ requests_per_second: 0 }, 'requests_per_second must be a number'],
  ])('%j says what is wrong', (fields, problem) => {
    const { problems, enabled } = readIntegrations({ uon: { enabled: true, api_key: 'demo-uon-key', ...fields } });
    expect(enabled).toEqual([]);
    expect(problems).toEqual([{ section: 'uon', problem: expect.stringContaining(problem) as string }]);
  });
});

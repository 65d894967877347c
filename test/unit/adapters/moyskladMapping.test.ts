import { describe, expect, it, test } from 'vitest';
import { SECTIONS, type CallView } from '@live-calls/shared/contracts';
import { finishOf, missingFrom, openedCall, supplementOf } from '../../../services/moysklad/src/mapping.js';
import { extensionOfEmployee, personAt } from '../../../services/moysklad/src/people.js';
import { CALL, configured, MISSED, person } from './moyskladCall.js';

const finish = (changes: Partial<CallView> = {}, settings: object = {}): object =>
  finishOf({ ...CALL, ...changes }, configured(settings));
const comment = (changes: Partial<CallView>): string | undefined =>
  supplementOf({ ...CALL, ...changes }, configured()).comment;

describe('a call that begins', () => {
  it('says nothing of who will answer nor of the end', () => {
    expect(openedCall(CALL, configured())).toEqual({
      externalId: '1759220100.1',
      number: '+375290000001',
      isIncoming: true,
      startTime: '2025-09-30 09:15:00.000',
    });
  });

  it('has its time in the zone of the settings, with milliseconds', () => {
    const call = { ...CALL, direction: 'outgoing' as const, started_at: '2025-12-31T23:30:00.250+01:00' };
    expect(openedCall(call, configured({ timezone: 'Asia/Almaty' }))).toMatchObject({
      isIncoming: false,
      startTime: '2026-01-01 03:30:00.250',
    });
  });

  it('is not told in a zone that does not exist', () => {
    expect(() => configured({ timezone: 'Moscow' })).toThrow('must be a time zone');
    expect(SECTIONS.moysklad.safeParse({ ...configured(), request_weight: 46 }).success).toBe(false);
  });
});

describe('how a call ended', () => {
  it('is the talk in milliseconds, without the ringing, and who talked', () => {
    expect(finish()).toEqual({ ...person('151', 2), duration: 65_000 });
  });

  test.each([
    ['a talk of less than a second is no missed call', { talk_seconds: 0.4 }, { duration: 1_000 }],
    ['a talk of no second', { talk_seconds: 0 }, { duration: 0 }],
    ['parts of seconds', { talk_seconds: 65.25 }, { duration: 65_250 }],
    ['an unknown talk: the end is certain', { talk_seconds: null }, { endTime: '2025-09-30 09:16:17.000' }],
    [
      'a host whose clock went back',
      { talk_seconds: null, ended_at: '2025-09-30T11:14:00+05:00' },
      { endTime: '2025-09-30 09:15:00.000' },
    ],
    ['neither talk nor end is known', { talk_seconds: null, ended_at: null }, {}],
  ] as const)('%s', (_what, changes, length) => {
    expect(finish(changes)).toEqual({ ...person('151', 2), ...length });
  });

  test.each([
    ['who talked last', { talked: ['151', '150'], extension: '150' }, person('150', 1)],
    ['who got the call back', { talked: ['150', '151'], extension: '150' }, person('150', 1)],
    ['the desk of a mobile', { talked: ['+375290000150'], extension: '' }, person('150', 1)],
    ['who talked before an unknown mobile', { talked: ['151', '+375290000999'], extension: '151' }, person('151', 2)],
    ['an extension that is not in the settings', { talked: ['199'], extension: '199' }, { extension: '199' }],
    ['an extension whose employee is no id', { talked: ['153'], extension: '153' }, { extension: '153' }],
    ['nobody of an unknown mobile', { talked: ['+375290000999'], extension: '' }, {}],
    ['nobody of a missed call of several', MISSED, {}],
    ['the only one who rang', { ...MISSED, rang: ['150'], extension: '150' }, person('150', 1)],
  ] as const)('is credited to %s', (_what, changes, credited) => {
    const call: Partial<CallView> = JSON.parse(JSON.stringify(changes)) as Partial<CallView>;
    const { duration } = finishOf({ ...CALL, ...call }, configured());
    expect(finish(call)).toEqual({ ...credited, duration });
  });

  it('of a missed call is no talk', () => {
    expect(finish({ ...MISSED, talk_seconds: null })).toEqual({ duration: 0 });
  });
});

describe('the comment', () => {
  test.each<[string, Partial<CallView>, string | undefined]>([
    ['is empty when the fields say it all', {}, undefined],
    ['is the chain of a transfer', { talked: ['150', '151'] }, 'Разговаривали: 150 (Петров Пётр) → 151 (Иванов Иван).'],
    [
      'ends the chain with who got the call back',
      { talked: ['150', '199'], extension: '150' },
      'Разговаривали: 150 (Петров Пётр) → 199 → 150 (Петров Пётр).',
    ],
    [
      'names a mobile that nobody is credited for',
      { talked: ['+375290000999'], extension: '' },
      'Разговаривали: +375290000999.',
    ],
    ['names who did not answer', MISSED, 'Не ответили: 150 (Петров Пётр), 151 (Иванов Иван).'],
    ['is empty when one did not answer', { ...MISSED, rang: ['150'], extension: '150' }, undefined],
    [
      'says that the talk is not known',
      { talk_seconds: null },
      'Длительность разговора неизвестна: указано время с ожиданием.',
    ],
  ])('%s', (_what, changes, expected) => {
    expect(comment(changes)).toBe(expected);
  });
});

describe('what is added to a call', () => {
  const supplement = { recordUrl: ['https://x.example/1.mp3'], comment: 'Разговаривали: 150 → 151.' };

  it('is what is not there, and a comment of a manager stays', () => {
    expect(missingFrom({}, supplement)).toEqual(supplement);
    expect(missingFrom({ recordUrl: null, comment: null }, supplement)).toEqual(supplement);
    expect(missingFrom({ recordUrl: ['https://x.example/0.mp3'], comment: 'Перезвонить ' }, supplement)).toEqual({
      recordUrl: supplement.recordUrl,
      comment: 'Перезвонить\nРазговаривали: 150 → 151.',
    });
  });

  it('is nothing when all of it is there', () => {
    const comment = 'Перезвонить\nРазговаривали: 150 → 151.';
    expect(missingFrom({ recordUrl: supplement.recordUrl, comment }, supplement)).toBeUndefined();
    expect(missingFrom({}, {})).toBeUndefined();
  });
});

describe('people', () => {
  it('are known by extension or mobile, and employees by their desk', () => {
    expect(personAt(configured(), '+375290000150')).toEqual(person('150', 1));
    expect(personAt(configured(), '+375290000777')).toBeUndefined();
    expect(personAt(configured(), '+375290000999')).toBeUndefined();
    expect(extensionOfEmployee(configured(), '00000000-0000-4000-8E00-000000000002')).toBe('151');
    expect(extensionOfEmployee(configured(), '00000000-0000-4000-8e00-000000000007')).toBeUndefined();
    expect(extensionOfEmployee(configured(), undefined)).toBeUndefined();
  });
});
